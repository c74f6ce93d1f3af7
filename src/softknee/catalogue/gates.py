"""Gated linear units: one half of the channels, a, times a function of the other half, the gate b."""

from softknee.language.definition import activation
from softknee.language.expression import where
from softknee.language.ops import normal_cdf, pi, sigmoid, sqrt, tanh
from softknee.language.promise import Promise

_VARIANTS = "Shazeer 2020, GLU variants improve transformer, arXiv:2002.05202"


@activation(
    paper="Dauphin, Fan, Auli & Grangier 2017, Language modeling with gated convolutional networks, arXiv:1612.08083",
    year=2016,
    aliases=("gated_linear_unit",),
    after=("gtu",),
    module="GLU",
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def glu(a, b):
    """Gated linear unit: the first half times the sigmoid of the second.

    For: gated convolutions for text and speech (Dauphin 2017, Conformer).
    Strengths: a linear path through a for the gradient, so deep stacks train better than with gtu (Dauphin 2017).
    Weaknesses: needs two projections, so half the width at equal size; a saturated gate shuts its channel.
    Instead: swiglu or geglu in transformers (Shazeer 2020).
    """
    return a * sigmoid(b)


@activation(paper=_VARIANTS, year=2020, after=("glu", "relu"), module="ReGLU")
def reglu(a, b):
    """Gated linear unit with a ReLU gate: the first half times relu of the second.

    For: feed-forward layers of transformers that should be sparse.
    Strengths: no exponential; closed gates are exactly zero, so their work can be skipped.
    Weaknesses: a closed gate passes no gradient to either half; a kink.
    Instead: swiglu or geglu, which were slightly better in Shazeer 2020.
    """
    return a * where(b > 0, b, 0)


@activation(
    paper=_VARIANTS, year=2020, after=("glu", "gelu"), module="GEGLU", ulp=Promise(single=1.0, single_near_root=1.0)
)
def geglu(a, b):
    """Gated linear unit with a GELU gate: the first half times gelu of the second.

    For: feed-forward layers of transformers; the U-Net of Stable Diffusion (Rombach 2022).
    Strengths: among the best variants of its paper, on a par with swiglu (Shazeer 2020).
    Weaknesses: a third matrix per layer, so the width is cut to two thirds; an error function per element.
    Instead: geglu_tanh where the weights were trained with the tanh form, swiglu as the usual choice today.
    """
    return a * (b * normal_cdf(b))


@activation(
    paper=_VARIANTS,
    year=2020,
    after=("geglu", "gelu_tanh"),
    module="GEGLUTanh",
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def geglu_tanh(a, b):
    """Gated linear unit with the tanh form of GELU as its gate.

    For: models trained with it: T5 v1.1, Gemma.
    Strengths: as geglu, with a tanh instead of an error function.
    Weaknesses: a near-copy of geglu, easily mistaken for it.
    Instead: geglu in new models.
    """
    return a * (b * sigmoid(sqrt(8 / pi) * (b * (1 + 0.044715 * (b * b)))))


@activation(
    paper=_VARIANTS,
    year=2020,
    aliases=("silu_glu",),
    after=("glu", "swish"),
    module="SwiGLU",
    ulp=Promise(single=0.8, single_near_root=0.8),
)
def swiglu(a, b):
    """Gated linear unit with a SiLU gate: the first half times silu of the second.

    For: feed-forward layers of large language models: PaLM, LLaMA, Mistral, Qwen.
    Strengths: lower perplexity than relu or gelu layers of equal size (Shazeer 2020); the usual choice today.
    Weaknesses: a third matrix per layer; products may overflow float16; libraries differ in which half is the gate.
    Instead: relu_squared for a single projection, geglu for the same quality with a gelu.
    """
    return a * (b * sigmoid(b))


@activation(paper=f"Mnih & Hinton 2007, Three new graphical models; {_VARIANTS}", year=2007, module="BilinearGLU")
def bilinear(a, b):
    """Bilinear gate: the product of the two halves, a gated linear unit with no activation.

    For: polynomial networks and networks that are to be analysed algebraically.
    Strengths: no transcendental function, no saturation; still better than relu layers in Shazeer 2020.
    Weaknesses: quadratic in its input, so large activations blow up; its gradient vanishes where both halves are zero.
    Instead: swiglu or geglu, whose gates are tame on one side.
    """
    return a * b


@activation(
    paper="van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves & Kavukcuoglu 2016, Conditional image generation with "
    "PixelCNN decoders, arXiv:1606.05328",
    year=2016,
    aliases=("gated_tanh_unit",),
    after=("tanh", "sigmoid"),
    module="GTU",
)
def gtu(a, b):
    """Gated tanh unit: the tanh of the first half times the sigmoid of the second.

    For: autoregressive models of images and sound: PixelCNN, WaveNet (van den Oord 2016).
    Strengths: bounded; the gate of an LSTM without its memory.
    Weaknesses: both factors saturate, so gradients shrink with depth (Dauphin 2017).
    Instead: glu, whose linear path trains faster (Dauphin 2017).
    """
    return tanh(a) * sigmoid(b)
