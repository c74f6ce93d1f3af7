"""The titles of the families, in English and Chinese."""

from __future__ import annotations

FAMILIES = {
    "rectifiers": ("Rectifiers", "整流单元"),
    "exponential": ("Exponential units", "指数单元"),
    "smooth": ("Smooth rectifiers", "光滑整流单元"),
    "softplus": ("Softplus and kin", "Softplus 及同类"),
    "sigmoidal": ("Sigmoidal", "S 形函数"),
    "hard": ("Hard (piecewise)", "硬（分段）函数"),
    "gates": ("Gates", "门控单元"),
    "axiswise": ("Along an axis", "沿轴函数"),
    "shrinkage": ("Shrinkage", "收缩函数"),
    "periodic": ("Periodic", "周期函数"),
    "algebraic": ("Algebraic", "代数函数"),
}


def family(name: str, language: str) -> str:
    """The title of a family; a family without one is called by its name."""
    english, chinese = FAMILIES.get(name, (name.replace("_", " ").capitalize(), name))
    return chinese if language == "zh" else english
