"""The choice guide's recommendations for the layers of plain and convolutional networks."""

from __future__ import annotations

from .choice import both, choice, link, paper, used

_SMOOTH = link("claims/smooth", "Smooth functions against ReLU", "光滑函数与 ReLU")
_CHEAP = link("claims/relu-cheap", "Is ReLU cheaper?", "ReLU 更便宜吗？")
_PREVENTION = link("claims/prevention", "What prevents dying", "怎样防止失活")
_DYING = link("claims/dying", "What kills units", "单元为何失活")
_VANISHING = link("claims/vanishing", "Vanishing gradients", "梯度消失")
_FASTER = link("claims/relu-faster", "Does ReLU converge faster?", "ReLU 收敛更快吗？")

RELU = choice(
    "relu",
    both(
        "The default that published recipes assume: cheap, with slope 1 where it is on. Initialise with He's gain.",
        "已发表的训练配方大多以它为前提：便宜，激活时斜率恰为 1。宜用 He 初始化。",
    ),
    both(
        "He 2015, arXiv:1502.01852. Measured here: mish and silu could be shown to be more accurate on one of "
        "four data sets only. A step of training with tanh took no longer, though.",
        "He 2015，arXiv:1502.01852。本库实测：仅在四个数据集之一上能看出 mish 与 silu 更准确。"
        "不过改用 tanh 后，每个训练步并不更慢。",
    ),
    _SMOOTH,
    _CHEAP,
)
SILU = choice(
    "silu",
    both(
        "Smooth, with a gradient on the left: worth a trial where the target is intricate.",
        "光滑，左侧也有梯度：目标复杂时值得一试。",
    ),
    both(
        "Ramachandran 2017, arXiv:1710.05941. Measured here: 8.0 points more than ReLU on a checkerboard with five "
        "hidden layers; on the other data a gain could not be shown.",
        "Ramachandran 2017，arXiv:1710.05941。本库实测：棋盘数据、五个隐藏层时比 ReLU 高 8.0 个百分点；"
        "其他数据上未见提升。",
    ),
    _SMOOTH,
    link("compare?of=relu,silu,gelu,mish", "The smooth ones overlaid", "光滑函数叠加对比"),
)
LEAKY_RELU = choice(
    "leaky_relu",
    both(
        "As cheap as ReLU, with a slope below zero, so that no unit is ever without a gradient.",
        "与 ReLU 一样便宜，负侧有斜率，任何单元都不会没有梯度。",
    ),
    both(
        "Maas 2013. Measured here: with it no unit died by low biases or a high rate; from large weights every run was "
        "lost. But with low biases the network learned no better than with ReLU: lower the rate and set biases to 0 "
        "first.",
        "Maas 2013。本库实测：偏置过低或学习率过高时，没有单元失活；权重过大时训练全部失败。"
        "但偏置过低时，网络学得并不比 ReLU 好："
        "先降低学习率、把偏置设为 0。",
    ),
    _PREVENTION,
    _DYING,
)
ELU = choice(
    "elu",
    both(
        "A soft bend with a gradient below zero, and a mean nearer to zero.",
        "平缓弯曲，零以下有梯度，均值更接近零。",
    ),
    both(
        "Clevert 2016, arXiv:1511.07289. Measured here: with low biases it learned where ReLU did not (84.5 points "
        "more); that it converges faster than ReLU did not hold.",
        "Clevert 2016，arXiv:1511.07289。本库实测：偏置过低时，ReLU 学不会而它能学会（高 84.5 个百分点）；"
        "“比 ReLU 收敛更快”不成立。",
    ),
    _PREVENTION,
    link("claims/elu-mean", "ELU's mean and speed", "ELU 的均值与收敛速度"),
)
PRELU = choice(
    "prelu",
    both(
        "It learns the slope below zero, for each layer or each channel; keep weight decay off it.",
        "负侧斜率由学习得到，每层一个或每个通道一个；不要对它做权重衰减。",
    ),
    both(
        "He 2015, arXiv:1502.01852. Measured here: the slopes move, but learning them beat a fixed 0.25 on one of "
        "three data sets only.",
        "He 2015，arXiv:1502.01852。本库实测：斜率确实变化，但仅在三个数据集之一上优于固定的 0.25。",
    ),
    link("claims/prelu", "PReLU adapts", "PReLU 会自适应"),
)
RATIONAL = choice(
    "rational",
    both(
        "It learns the whole shape: a quotient of polynomials that starts near leaky_relu.",
        "整个形状都由学习得到：多项式之商，初始形状接近 leaky_relu。",
    ),
    both("Molina 2020, arXiv:1907.06732; ten parameters a layer.", "Molina 2020，arXiv:1907.06732；每层十个参数。"),
    link("f/rational", "Move its parameters", "调节它的参数"),
)
RELU_DEEP = choice(
    "relu",
    both(
        "Its slope is exactly 1 where it is on, so that depth alone does not shrink the gradient.",
        "激活时斜率恰为 1，仅凭深度不会使梯度缩小。",
    ),
    both(
        "He 2015, arXiv:1502.01852. Computed here from its moments: the gain that keeps its signal keeps its gradient.",
        "He 2015，arXiv:1502.01852。本库由其矩算得：保持信号的增益同时也保持梯度。",
    ),
    link("lab?f=relu&depth=30", "See it in the signal lab", "在信号实验室中查看"),
    link("lab?f=sigmoid&depth=30", "Against sigmoid", "与 sigmoid 对比"),
)
TANH_SHALLOW = choice(
    "tanh",
    both(
        "Zero-centred and smooth; over a few layers its saturation does no harm.",
        "以零为中心且光滑；层数少时饱和无害。",
    ),
    both(
        "LeCun 1998, Efficient BackProp. Measured here on digits: with SGD it converged faster than ReLU, with Adam "
        "and five hidden layers more slowly.",
        "LeCun 1998，Efficient BackProp。本库在手写数字上实测：用 SGD 时收敛快于 ReLU，用 Adam、五个隐藏层时较慢。",
    ),
    _FASTER,
)
TANH_DEEP = choice(
    "tanh",
    both(
        "With the gain that belongs to it, it pulls the signal back to its size in each layer.",
        "用它自己的增益初始化时，每一层都会把信号拉回原来的大小。",
    ),
    both(
        "Measured here over 32 hidden layers: with its own gain its gradient does not vanish, contrary to what is "
        "often said; with torch's default initialisation it loses 7.5 decades. Sigmoid loses 12.8 even with its own "
        "gain.",
        "本库在 32 个隐藏层上实测：用自己的增益时，梯度并不像常说的那样消失；用 torch 默认初始化时缩小 7.5 个数量级。"
        "sigmoid 即使用自己的增益也缩小 12.8 个数量级。",
    ),
    _VANISHING,
    link("lab?f=tanh&depth=30", "See it in the signal lab", "在信号实验室中查看"),
)
SELU = choice(
    "selu",
    both(
        "Its constants pull mean and variance back to 0 and 1 in each layer; LeCun initialisation is part of it.",
        "它的常数在每一层把均值与方差拉回 0 与 1；必须配合 LeCun 初始化。",
    ),
    both(
        "Klambauer 2017, arXiv:1706.02515. Measured here: mean and variance are kept through 32 layers at the start, "
        "but not in training.",
        "Klambauer 2017，arXiv:1706.02515。本库实测：开始时均值与方差可保持 32 层，训练中则不能保持。",
    ),
    link("claims/selu", "What SELU keeps", "SELU 保持了什么"),
    link("lab?f=selu&depth=30", "See it in the signal lab", "在信号实验室中查看"),
)
HARDSWISH = choice(
    "hardswish",
    both(
        "Nearly silu from a clip and two multiplications; kind to 8-bit arithmetic.",
        "只用一次截断和两次乘法就接近 silu；适合 8 位运算。",
    ),
    paper("MobileNetV3, Howard 2019, arXiv:1905.02244"),
    link("compare?of=silu,hardswish,relu6", "Against silu and relu6", "与 silu、relu6 对比"),
)
RELU_CHIP = choice(
    "relu",
    both("One comparison, nothing else to emulate.", "只需一次比较，无需模拟其他运算。"),
    both(
        "Measured here: on a million numbers sigmoid takes 5.9 and tanh 22 times as long, forward, with torch's "
        "kernels; a whole step of training took no longer.",
        "本库实测：一百万个数，用 torch 的内核做前向计算，sigmoid 耗时为它的 5.9 倍，tanh 为 22 倍；"
        "但完整的训练步并不更慢。",
    ),
    _CHEAP,
)
RELU6 = choice(
    "relu6",
    both(
        "Its range is known before any data are seen, hence an exact scale for 8 bits.",
        "取值范围事先已知，不依赖数据，8 位量化比例可以精确确定。",
    ),
    used("MobileNetV2, Sandler 2018, arXiv:1801.04381"),
    link("f/relu6", "Its page", "函数页面"),
)
