"""Docstrings that a stranger can read alone: `python tools/check_docstrings.py` fails with each one that cannot.

It asks three things of the source, by the standard library's `ast` alone, so that nothing needs to be importable:

- no docstring begins with "What" or "Whether": it names the noun first ("The mean cosine between ...");
- every file that holds code says in a module docstring what it is for;
- every public callable has Google's sections and a doctest, see `Public`.

It does not judge English, nor run the doctests: `tests/test_docs.py` runs them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "src/softknee"
# Where docstrings of every kind are read; of tests only the modules': a test's name says what it tests.
WHOLE = ("src", "benchmarks", "tools", "docs/generator", "docs/generate.py", "examples")
MODULES_ONLY = ("tests",)
# Folders that are still to be mended. One without a fault must leave the list.
UNMENDED: tuple[str, ...] = (
    "src/softknee/doctor",
    "src/softknee/language",
    "src/softknee/suggestion",
    "src/softknee/targets",
    "benchmarks/doctor",
    "tests/doctor",
    "tests/native",
    "tests/targets",
)

Callable_ = ast.FunctionDef | ast.AsyncFunctionDef
NOUNLESS = re.compile(r"(What|Whether)\b")
SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Source|Examples?|Note):(.*)$", re.MULTILINE)
PAPER = re.compile(r"arxiv|doi\.org|doi:", re.IGNORECASE)
ARRAY = re.compile(r"\b(Tensor|ndarray|NDArray|Array|ArrayLike)\b")
TORCHS_OWN = ("extra_repr", "reset_parameters")
EXTENT = re.compile(r"\b(shape|dtype|scalar|dimension|size)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Fault:
    """A docstring that does not serve: the file, its line there, and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Module:
    """One source file: its path below the root with slashes, and its syntax tree."""

    file: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """True for an `__init__.py`, from which relative imports count one level less."""
        return self.file.endswith("/__init__.py")

    @property
    def folder(self) -> str:
        """The folder of the file, below the root."""
        return self.file.rpartition("/")[0]


def read(root: Path, *places: str) -> dict[str, Module]:
    """The modules below `places` (folders or files under `root`), by file."""
    found: dict[str, Module] = {}
    for place in places:
        start = root / place
        for path in sorted(start.rglob("*.py")) if start.is_dir() else [start]:
            if path.is_file() and "node_modules" not in path.parts:
                file = path.relative_to(root).as_posix()
                found[file] = Module(file, ast.parse(path.read_text(encoding="utf-8"), file))
    return found


def of_beginnings(module: Module, of_modules_only: bool = False) -> Iterator[Fault]:
    """The faults of beginnings: docstrings without a noun, a file without a docstring."""
    text = ast.get_docstring(module.tree)
    if text is None and module.tree.body:
        yield Fault(module.file, 1, "the module has no docstring")
    for node in [module.tree] if of_modules_only else ast.walk(module.tree):
        if not isinstance(node, ast.Module | ast.ClassDef | Callable_):
            continue
        found = NOUNLESS.match(ast.get_docstring(node) or "")
        if found:
            reason = f'the docstring of {_name(node)} begins with "{found[1]}": begin with the noun'
            yield Fault(module.file, _line(node), reason)


class Public:
    """The callables that users are offered, read off the package, and the faults of their docstrings.

    Offered are the names in `softknee.__all__`, those of the modules among them (`softknee.nn`, `softknee.init`,
    `softknee.ops`), the public methods of all these classes, and of the classes that their annotations say they return.

    A function or method needs `Args:` with each of its parameters (shape or dtype where it is annotated as an array),
    `Returns:` or `Yields:`, `Raises:` with each exception that its own body raises, and a doctest. A paper stands in
    `Source:`. A class has its sections in its own docstring or in its `__init__`'s; a dataclass names its fields in
    `Args:` or `Attributes:`.

    Exempt: properties (a sentence with noun and unit does), names with an underscore in front, `__call__` aside,
    `@overload`s, exceptions' classes, and `extra_repr` and `reset_parameters`, whose contract is torch.nn's.
    A class that is only returned needs no doctest, nor do its methods: the doctest of the callable that makes it
    serves; nor do its fields need naming, for users read them and do not give them.
    """

    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self.root = modules[f"{PACKAGE}/__init__.py"]

    @cached_property
    def offered(self) -> dict[tuple[str, str], tuple[Module, ast.AST, bool]]:
        """By file and name: the module, the function or class, and True unless it is only returned by another."""
        found: dict[tuple[str, str], tuple[Module, ast.AST, bool]] = {}
        pending = [(module, name, True) for module, name in self._exported()]
        while pending:
            module, name, is_direct = pending.pop(0)
            place = self._definition(module, name)
            if place is None:
                continue
            owner, node = place
            key = owner.file, node.name
            if key in found:
                continue
            found[key] = owner, node, is_direct
            for function in [node] if isinstance(node, Callable_) else self._methods(owner, node):
                pending += [
                    (function_owner, returned, False) for function_owner, returned in _returned(function, owner)
                ]
            if isinstance(node, ast.ClassDef):
                pending += [(owner, base.id, is_direct) for base in node.bases if isinstance(base, ast.Name)]
        return found

    def faults(self) -> Iterator[Fault]:
        """The faults of everything offered, class by class and function by function."""
        for module, node, is_direct in self.offered.values():
            if isinstance(node, Callable_):
                yield from of_callable(module.file, node, node.name, needs_doctest=is_direct)
            elif isinstance(node, ast.ClassDef) and not self._is_exception(module, node):
                yield from self._of_class(module, node, is_direct)

    def _of_class(self, module: Module, node: ast.ClassDef, is_direct: bool) -> Iterator[Fault]:
        text = ast.get_docstring(node) or ""
        if not text:
            yield Fault(module.file, _line(node), f"the class {node.name} has no docstring")
            return
        if is_direct:
            made = next((f for f in node.body if isinstance(f, Callable_) and f.name == "__init__"), None)
            text += "\n\n" + ((made and ast.get_docstring(made)) or "")
            names = _fields(node) if _is_dataclass(node) else [] if made is None else _parameters(made)
            missing = [name for name in names if name not in _entries(text, "Args") | _entries(text, "Attributes")]
            if missing:
                yield Fault(module.file, _line(node), f"{node.name}: Args lacks {', '.join(missing)}")
        yield from _of_papers(module.file, _line(node), node.name, text)
        for method in self._methods(module, node):
            yield from of_callable(module.file, method, f"{node.name}.{method.name}", needs_doctest=is_direct)

    def _exported(self) -> Iterator[tuple[Module, str]]:
        lazy = _lazy(self.root.tree)
        for name in sorted({*lazy, *_all(self.root.tree)}):
            target = lazy.get(name)
            if target is None:
                yield self.root, name
                continue
            path, _, attribute = target.partition(":")
            module = self._module(f"{PACKAGE}/{path.replace('.', '/')}")
            if module is None:
                raise LookupError(f"{self.root.file}: {name!r} is said to be in {path}, and no such file is there")
            if attribute:
                yield module, attribute
            else:
                yield from ((module, public) for public in _all(module.tree) or _public(module.tree))

    def _module(self, path: str) -> Module | None:
        return self.modules.get(f"{path}.py") or self.modules.get(f"{path}/__init__.py")

    def _definition(self, module: Module, name: str) -> tuple[Module, Callable_ | ast.ClassDef] | None:
        """The function or class that a name of the module means, followed through imports within the package."""
        for node in ast.walk(module.tree):
            if isinstance(node, Callable_ | ast.ClassDef) and node.name == name and node in module.tree.body:
                return module, node
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    origin = self._module(_imported(module, node))
                    return None if origin is None else self._definition(origin, alias.name)
        return None

    def _methods(self, module: Module, node: ast.ClassDef) -> list[Callable_]:
        """The public methods that are written in the class itself; its bases are offered as classes of their own."""
        return [
            function
            for function in node.body
            if isinstance(function, Callable_)
            and (not function.name.startswith("_") or function.name == "__call__")
            and function.name not in TORCHS_OWN
            and not _is_property(function)
        ]

    def _is_exception(self, module: Module, node: ast.ClassDef) -> bool:
        names = [base.id for base in node.bases if isinstance(base, ast.Name)]
        if any(name.endswith(("Error", "Exception", "Warning")) for name in names):
            return True
        places = [self._definition(module, name) for name in names]
        return any(isinstance(p[1], ast.ClassDef) and self._is_exception(p[0], p[1]) for p in places if p)


def of_callable(file: str, node: Callable_, shown: str, needs_doctest: bool = True) -> Iterator[Fault]:
    """The faults of one public function or method: sections that its signature and body call for."""
    line = _line(node)
    text = ast.get_docstring(node)
    if text is None:
        yield Fault(file, line, f"{shown} has no docstring")
        return
    entries = _entries(text, "Args")
    missing = [name for name in _parameters(node) if name not in entries]
    if missing:
        yield Fault(file, line, f"{shown}: Args lacks {', '.join(missing)}")
    for argument in _arguments(node):
        said = entries.get(argument.arg)
        kind = ast.unparse(argument.annotation) if argument.annotation else ""
        if said is not None and ARRAY.search(kind) and not EXTENT.search(said):
            yield Fault(file, line, f"{shown}: Args says neither shape nor dtype of the array {argument.arg}")
    if _gives(node) and not ({"Returns", "Yields"} & {m[1] for m in SECTION.finditer(text)}):
        yield Fault(file, line, f"{shown} has no Returns")
    raised = _raised(node)
    unsaid = [name for name in raised if name not in _entries(text, "Raises")]
    if unsaid:
        yield Fault(file, line, f"{shown}: Raises lacks {', '.join(unsaid)}")
    elif re.search(r"(?:^|\. )\s*Raises [A-Z]", text, re.MULTILINE):
        yield Fault(file, line, f"{shown} tells in prose what it raises: make it a section, Raises:")
    yield from _of_papers(file, line, shown, text)
    if needs_doctest and ">>>" not in text:
        yield Fault(file, line, f"{shown} has no doctest")


def _of_papers(file: str, line: int, shown: str, text: str) -> Iterator[Fault]:
    if PAPER.search(text) and not any(found[1] == "Source" for found in SECTION.finditer(text)):
        yield Fault(file, line, f"{shown} names a paper outside of a section Source:")


def _entries(text: str, section: str) -> dict[str, str]:
    """The entries of a section, by name without stars: `name: ...` or `name (type): ...`, "a, b: ..." for both."""
    lines = iter(text.splitlines())
    if not any(line.startswith(f"{section}:") for line in lines):
        return {}
    found: dict[str, str] = {}
    names: list[str] = []
    indent = None
    for line in lines:
        if line.strip() and not line.startswith(" "):
            break
        depth = len(line) - len(line.lstrip())
        indent = depth if indent is None and line.strip() else indent
        entry = re.match(r"\s+((?:\*{0,2}[\w.]+(?:, )?)+)(?: \([^)]*\))?:", line) if depth == indent else None
        names = [name.strip(" *") for name in entry[1].split(",")] if entry else names
        for name in names:
            found[name] = f"{found.get(name, '')} {line.strip()}"
    return found


def _arguments(node: Callable_) -> list[ast.arg]:
    given = node.args
    several = [argument for argument in (given.vararg, given.kwarg) if argument is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *several]


def _parameters(node: Callable_) -> list[str]:
    names = [argument.arg for argument in _arguments(node)]
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def _gives(node: Callable_) -> bool:
    """True where a value comes back: by the annotation, or by a `return` with one."""
    if node.returns is not None:
        return ast.unparse(node.returns) not in ("None", "NoReturn", "Never")
    return any(isinstance(inner, ast.Return) and inner.value is not None for inner in _own(node))


def _raised(node: Callable_) -> list[str]:
    """The names of the exceptions that the function's own body raises, in order; re-raising is no raising."""
    raised: dict[str, None] = {}
    for inner in _own(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            target = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            if isinstance(target, ast.Name) and target.id[0].isupper():
                raised[target.id] = None
    return list(raised)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, without the bodies of inner functions and classes."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Callable_ | ast.ClassDef | ast.Lambda):
            yield child
            yield from _own(child)


def _returned(node: Callable_, module: Module) -> Iterator[tuple[Module, str]]:
    """The names in a return annotation, which may be classes of the package."""
    if node.returns is not None:
        written = ast.parse(node.returns.value, mode="eval") if _is_text(node.returns) else node.returns
        yield from ((module, inner.id) for inner in ast.walk(written) if isinstance(inner, ast.Name))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _imported(module: Module, node: ast.ImportFrom) -> str:
    """The path, without its ending, of the module that an import names; of a foreign one a path that is not there."""
    if node.level == 0:
        return f"src/{(node.module or '').replace('.', '/')}"
    parts = module.folder.split("/")
    parts = parts[: len(parts) - node.level + 1]
    return "/".join([*parts, *(node.module or "").split(".")]).rstrip("/")


def _lazy(tree: ast.Module) -> dict[str, str]:
    """The package's table of names that are looked up on first use."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "_LAZY" for t in node.targets):
            table: dict[str, str] = ast.literal_eval(node.value)
            return table
    return {}


def _all(tree: ast.Module) -> list[str]:
    """The names that stand literally in `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return [item.value for item in getattr(node.value, "elts", []) if _is_text(item)]
    return []


def _public(tree: ast.Module) -> list[str]:
    """The functions and classes of a module without `__all__` whose names begin with no underscore."""
    named = [node.name for node in tree.body if isinstance(node, Callable_ | ast.ClassDef)]
    return [name for name in named if not name.startswith("_")]


def _decorators(node: Callable_ | ast.ClassDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in node.decorator_list]


def _is_property(node: Callable_) -> bool:
    return any(re.search(r"property$|\.setter$|^overload$|\.overload$", name) for name in _decorators(node))


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in name for name in _decorators(node))


def _fields(node: ast.ClassDef) -> list[str]:
    named = [
        item.target.id
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and "ClassVar" not in ast.unparse(item)
    ]
    return [name for name in named if not name.startswith("_")]


def _name(node: ast.AST) -> str:
    return str(getattr(node, "name", "the module"))


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 1))


def faults(root: Path = ROOT) -> list[Fault]:
    """All faults below `root`, by file and line."""
    found = [fault for module in read(root, *WHOLE).values() for fault in of_beginnings(module)]
    found += [fault for module in read(root, *MODULES_ONLY).values() for fault in of_beginnings(module, True)]
    return sorted({*found, *Public(read(root, PACKAGE)).faults()})


def main(arguments: list[str]) -> int:
    """Print the faults outside of the folders still to be mended, with `--list` those inside, too; 1 where any is."""
    found = faults()
    inside = {folder: [f for f in found if f.file.startswith(folder)] for folder in UNMENDED}
    excused = {fault for folder in inside.values() for fault in folder}
    wrong = [fault for fault in found if fault not in excused]
    for fault in found if "--list" in arguments else wrong:
        print(fault)
    clean = [folder for folder, left in inside.items() if not left]
    for folder in clean:
        print(f"{folder} has no fault left: take it from UNMENDED in tools/check_docstrings.py")
    if "--list" in arguments:
        print(f"{len(found)} in all, {len(excused)} of them in folders still to be mended")
    return 1 if wrong or clean else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
