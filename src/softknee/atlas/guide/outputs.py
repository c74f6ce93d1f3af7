"""The choice guide's recommendations for the output of a network."""

from __future__ import annotations

from .choice import both, choice, link, paper

_BINARY = link("claims/binary-output", "Sigmoid at a binary output", "二分类输出与 sigmoid")

SIGMOID_OF_ONE = choice(
    "sigmoid",
    both(
        "It reads as the probability of yes; with cross-entropy its gradient is simply prediction minus target.",
        "输出可当作“是”的概率；配合交叉熵，梯度就是预测减目标。",
    ),
    both(
        "Goodfellow, Bengio & Courville 2016, section 6.2.2.2. Measured here: its probabilities are better than those "
        "of a linear output, not better than tanh's; a gain in accuracy could not be shown.",
        "Goodfellow, Bengio & Courville 2016，6.2.2.2 节。本库实测：概率优于线性输出，但不优于 tanh；"
        "准确率上未见提升。",
    ),
    _BINARY,
)
SIGMOID_OF_EACH = choice(
    "sigmoid",
    both(
        "Labels that do not exclude each other each need a probability of their own; softmax would make them compete.",
        "标签互不排斥，每个标签都要有自己的概率；softmax 会使它们此消彼长。",
    ),
    both("Goodfellow, Bengio & Courville 2016, section 6.2.2.2.", "Goodfellow, Bengio & Courville 2016，6.2.2.2 节。"),
    _BINARY,
)
LOGSIGMOID = choice(
    "logsigmoid",
    both(
        "In the loss: the logarithm in one step stays finite where the sigmoid rounds to zero.",
        "用在损失里：一步求出对数，sigmoid 舍入为零时它仍是有限值。",
    ),
    both(
        "The negative sampling of word2vec, arXiv:1310.4546, and DPO, arXiv:2305.18290, are written with it.",
        "word2vec 的负采样（arXiv:1310.4546）与 DPO（arXiv:2305.18290）的损失都由它写成。",
    ),
    link("compare?of=sigmoid,logsigmoid", "Both overlaid", "两者叠加对比"),
)
SOFTMAX = choice(
    "softmax",
    both(
        "Exactly one class is right, so the probabilities should sum to one.",
        "有且只有一类正确，因此各类概率之和应为一。",
    ),
    both(
        "Bridle 1990. Measured here: over two classes it is as accurate as a sigmoid.",
        "Bridle 1990。本库实测：只有两类时，它与 sigmoid 同样准确。",
    ),
    _BINARY,
)
LOG_SOFTMAX = choice(
    "log_softmax",
    both(
        "In the loss: it keeps the small probabilities that softmax rounds to zero.",
        "用在损失里：softmax 舍入为零的小概率，它仍能保留。",
    ),
    both("What torch's cross_entropy computes inside.", "torch 的 cross_entropy 内部计算的就是它。"),
    link("f/log_softmax", "Its page", "函数页面"),
)
SPARSEMAX = choice(
    "sparsemax",
    both("The nearest vector of shares, with exact zeros for most.", "投影到最近的概率向量，多数分量恰好为零。"),
    paper("Martins & Astudillo 2016, arXiv:1602.02068"),
    link("f/sparsemax", "Its page", "函数页面"),
)
ENTMAX15 = choice(
    "entmax15",
    both(
        "Half-way to softmax: fewer zeros, and smooth where a share becomes zero.",
        "介于 softmax 与 sparsemax 之间：零较少，份额变为零的地方仍然光滑。",
    ),
    paper("Peters, Niculae & Martins 2019, arXiv:1905.05702"),
    link("f/entmax15", "Its page", "函数页面"),
)
SOFTPLUS = choice(
    "softplus",
    both(
        "Never zero, and its slope is never above 1, so that a large output does not blow up the gradient.",
        "不会为零，斜率不超过 1，输出很大时梯度也不会爆炸。",
    ),
    both("Dugas et al. 2001; the usual case are variances and rates.", "Dugas 等 2001；常用于方差与速率。"),
    link(
        "compare?of=softplus,squareplus,exponential",
        "Against squareplus and exponential",
        "与 squareplus、exponential 对比",
    ),
)
SQUAREPLUS = choice(
    "squareplus",
    both(
        "Nearly the same curve from a square root alone, where exponentials are dear.",
        "曲线几乎相同，只需一次平方根，适合指数运算昂贵的场合。",
    ),
    paper("Barron 2021, arXiv:2112.11687"),
    link("f/squareplus", "Its page", "函数页面"),
)
IDENTITY = choice(
    "identity",
    both(
        "The last layer as it is: with squared error nothing more is needed, and nothing is out of reach.",
        "最后一层原样输出：配合平方误差不需要别的，任何值都能取到。",
    ),
    both("Goodfellow, Bengio & Courville 2016, section 6.2.2.1.", "Goodfellow, Bengio & Courville 2016，6.2.2.1 节。"),
    link("claims/linear", "What a network without activations can do", "没有激活函数的网络能做什么"),
)
SYMLOG = choice(
    "symlog",
    both(
        "On the targets, where they span orders of magnitude: predict symlog of them and invert it afterwards.",
        "用在目标上：目标跨越多个数量级时，让网络预测其 symlog，之后再求逆。",
    ),
    paper("DreamerV3, Hafner 2023, arXiv:2301.04104"),
    link("f/symlog", "Its page", "函数页面"),
)
TANH_OUTPUT = choice(
    "tanh",
    both(
        "For a range around zero: scale the targets to (−1, 1), or the output to their range.",
        "取值范围以零为中心时：把目标缩放到 (−1, 1)，或把输出缩放到目标范围。",
    ),
    both(
        "Generators of images end with it: DCGAN, Radford 2016, arXiv:1511.06434.",
        "图像生成器以它结尾：DCGAN，Radford 2016，arXiv:1511.06434。",
    ),
    link("compare?of=tanh,sigmoid,hardtanh", "Against sigmoid and hardtanh", "与 sigmoid、hardtanh 对比"),
)
SIGMOID_RANGE = choice(
    "sigmoid",
    both(
        "For a range from 0 to 1, such as a share or the value of a pixel.", "取值在 0 与 1 之间时，例如比例或像素值。"
    ),
    both(
        "By its definition it does not reach the bounds; where they must be reached, take hardsigmoid or hardtanh.",
        "按定义取不到边界；必须取到时用 hardsigmoid 或 hardtanh。",
    ),
    link("compare?of=sigmoid,hardsigmoid", "Against hardsigmoid", "与 hardsigmoid 对比"),
)
