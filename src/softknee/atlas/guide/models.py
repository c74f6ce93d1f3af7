"""The choice guide's recommendations for transformers, recurrent cells, fields, generators, and given weights."""

from __future__ import annotations

from .choice import both, choice, link, paper, used

_VARIANTS = both(
    "Shazeer 2020, arXiv:2002.05202; gated units are among the few changes to transformers that carried over to "
    "another code base, Narang 2021, arXiv:2102.11972.",
    "Shazeer 2020，arXiv:2002.05202；对 Transformer 的众多改动，换一套代码后仍有效的只有少数，门控单元是其中之一，"
    "Narang 2021，arXiv:2102.11972。",
)
_GIVEN = "Weights fit only the function that they were trained with."
_GIVEN_ZH = "权重只适合训练时所用的函数。"
_GELUS = link("compare?of=gelu,gelu_tanh,quick_gelu", "The three GELUs side by side", "三种 GELU 对比")

SWIGLU = choice(
    "swiglu",
    both(
        "The usual choice of large language models today; a third matrix, so take two thirds of the width.",
        "如今大语言模型的通常选择；多一个矩阵，宽度因此取三分之二。",
    ),
    _VARIANTS,
    link("f/swiglu", "Its page", "函数页面"),
)
GEGLU = choice(
    "geglu",
    both("As good in its paper, with a GELU as the gate.", "在论文中同样好，以 GELU 为门。"),
    _VARIANTS,
    link("f/geglu", "Its page", "函数页面"),
)
GLU = choice(
    "glu",
    both(
        "Its gate lies between 0 and 1: the product never exceeds its linear half, and so does not overflow float16.",
        "门的取值在 0 与 1 之间，乘积不会超过线性的那一半，float16 下不会溢出。",
    ),
    both(
        "Dauphin 2017, arXiv:1612.08083; what swiglu multiplies grows as the square of its input.",
        "Dauphin 2017，arXiv:1612.08083；swiglu 的乘积则随输入的平方增长。",
    ),
    link("f/glu", "Its page", "函数页面"),
)
GELU = choice(
    "gelu",
    both(
        "The default of encoders since BERT: one projection, and smooth.", "BERT 以来编码器的默认选择：一个投影，光滑。"
    ),
    both(
        "Hendrycks & Gimpel 2016, arXiv:1606.08415. Measured here: on three of four data sets it cannot be told from "
        "mish and silu.",
        "Hendrycks & Gimpel 2016，arXiv:1606.08415。本库实测：在四个数据集中的三个上，与 mish、silu 难分高下。",
    ),
    link("claims/smooth", "Smooth functions against ReLU", "光滑函数与 ReLU"),
    _GELUS,
)
RELU_SQUARED = choice(
    "relu_squared",
    both(
        "Without a gate, yet sparse and steeper; it grows as the square, so keep the normalisation.",
        "不用门，却稀疏且更陡；随平方增长，须保留归一化。",
    ),
    both("Found by search: Primer, So 2021, arXiv:2109.08668.", "由搜索得到：Primer，So 2021，arXiv:2109.08668。"),
    link("compare?of=gelu,relu_squared", "Against gelu", "与 gelu 对比"),
)
RELU_SPARSE = choice(
    "relu",
    both(
        "Its zeros need not be multiplied: skip their columns at inference.",
        "输出的零不必参与乘法：推理时可跳过对应的列。",
    ),
    both(
        "Mirzadeh 2023, arXiv:2310.04564. Measured here in small networks: at least 40 % of outputs are zero in "
        "most conditions, but training seldom makes them sparser.",
        "Mirzadeh 2023，arXiv:2310.04564。本库在小网络上实测：多数条件下至少 40% 的输出为零，但训练很少使其更稀疏。",
    ),
    link("claims/sparse", "How sparse ReLU is", "ReLU 有多稀疏"),
)
REGLU = choice(
    "reglu",
    both("A gate whose closed channels are exactly zero.", "门关闭时，该通道的输出恰好为零。"),
    paper("Shazeer 2020, arXiv:2002.05202"),
    link("f/reglu", "Its page", "函数页面"),
)
TANH_STATE = choice(
    "tanh",
    both(
        "A state that is fed back must stay bounded, and may have either sign.",
        "反馈回来的状态必须有界，且可正可负。",
    ),
    both(
        "Hochreiter & Schmidhuber 1997. Measured here in plain stacks: its gradient vanishes later than sigmoid's at "
        "every depth and with every initialisation.",
        "Hochreiter & Schmidhuber 1997。本库在普通堆叠网络上实测：无论深度与初始化，梯度都比 sigmoid 的消失得晚。",
    ),
    link("claims/vanishing", "Vanishing gradients", "梯度消失"),
)
SIGMOID_GATE = choice(
    "sigmoid",
    both("A gate is a share: how much to keep, from 0 to 1.", "门是一个比例：保留多少，从 0 到 1。"),
    both(
        "Hochreiter & Schmidhuber 1997; every LSTM and GRU since.",
        "Hochreiter & Schmidhuber 1997；此后的 LSTM 与 GRU 皆如此。",
    ),
    link("compare?of=sigmoid,tanh,hardsigmoid", "Against tanh and hardsigmoid", "与 tanh、hardsigmoid 对比"),
)
HARDSIGMOID = choice(
    "hardsigmoid",
    both(
        "The gate without an exponential; it opens and closes completely, and then has no gradient.",
        "不含指数的门；可以完全打开或关闭，此时没有梯度。",
    ),
    used("MobileNetV3, Howard 2019, arXiv:1905.02244"),
    link("compare?of=sigmoid,hardsigmoid,onnx_hardsigmoid", "Two hard sigmoids", "两种硬 Sigmoid"),
)
HARDTANH = choice(
    "hardtanh",
    both("The state without an exponential: a clip to (−1, 1).", "不含指数的状态：截断到 (−1, 1)。"),
    both(
        "Collobert 2004; Courbariaux 2016 trains binarised networks with it.",
        "Collobert 2004；Courbariaux 2016 用它训练二值化网络。",
    ),
    link("compare?of=tanh,hardtanh", "Against tanh", "与 tanh 对比"),
)
CLIPPED_RELU = choice(
    "clipped_relu",
    both(
        "ReLU's slope of 1 through time, with a ceiling against explosion.",
        "沿时间方向斜率保持为 1，并以上限防止爆炸。",
    ),
    both(
        "Deep Speech, Hannun 2014, arXiv:1412.5567, with a ceiling of 20.",
        "Deep Speech，Hannun 2014，arXiv:1412.5567，上限取 20。",
    ),
    link("f/clipped_relu", "Move the ceiling", "调节上限"),
)
SINE = choice(
    "sine",
    both(
        "Fits fine detail, and its derivatives are such networks again; needs omega = 30 and SIREN's initial weights.",
        "能拟合细节，各阶导数仍是同类网络；需取 omega = 30，并用 SIREN 的初始化。",
    ),
    paper("Sitzmann 2020, arXiv:2006.09661"),
    link("f/sine?omega=30", "With omega = 30", "omega = 30 时"),
)
GAUSSIAN = choice(
    "gaussian",
    both("Local bumps, without a special initialisation.", "局部的凸起，不需要特殊的初始化。"),
    both(
        "For coordinate networks: Ramasinghe 2022, Beyond periodicity.",
        "用于坐标网络：Ramasinghe 2022，Beyond periodicity。",
    ),
    link("compare?of=sine,gaussian", "Against sine", "与 sine 对比"),
)
TANH_SMOOTH = choice(
    "tanh",
    both(
        "Differential equations need second derivatives; ReLU's is 0, tanh has all of them.",
        "微分方程要用二阶导数；ReLU 的二阶导数为 0，tanh 各阶都有。",
    ),
    both(
        "Physics-informed networks, Raissi 2017, arXiv:1711.10561, use it.",
        "物理信息神经网络采用它，Raissi 2017，arXiv:1711.10561。",
    ),
    link("compare?of=tanh,softplus,silu&show=slope", "Slopes side by side", "斜率对比"),
)
SHIFTED_SOFTPLUS = choice(
    "shifted_softplus",
    both(
        "Training on forces differentiates twice; infinitely smooth, monotone, and zero at zero.",
        "以受力为训练目标时要求两次导数；它无限光滑、单调，且过原点。",
    ),
    used("SchNet, Schütt 2017, arXiv:1706.08566"),
    link("compare?of=shifted_softplus,silu", "Against silu, which later ones use", "与后来网络所用的 silu 对比"),
)
SNAKE = choice(
    "snake",
    both(
        "Goes on periodically where there are no data; the frequency is learned.",
        "在没有数据的区域仍能延续周期；频率由学习得到。",
    ),
    paper("Ziyin 2020, arXiv:2006.08195"),
    link("f/snake", "Move its frequency", "调节频率"),
)
LEAKY_DISCRIMINATOR = choice(
    "leaky_relu",
    both(
        "With negative_slope = 0.2 it passes a gradient to the generator from every unit.",
        "取 negative_slope = 0.2，每个单元都能把梯度传给生成器。",
    ),
    used("DCGAN, Radford 2016, arXiv:1511.06434"),
    link("f/leaky_relu?negative_slope=0.2", "With slope 0.2", "斜率 0.2 时"),
)
SILU_DIFFUSION = choice(
    "silu",
    both("What U-Nets of diffusion models are built with.", "扩散模型的 U-Net 采用它。"),
    used("DDPM, Ho 2020, arXiv:2006.11239"),
    link("f/silu", "Its page", "函数页面"),
)
SNAKE_BETA = choice(
    "snake_beta",
    both(
        "Sound is periodic: frequency and height are learned for each channel.",
        "声音具有周期性：每个通道各学频率与幅度。",
    ),
    used("BigVGAN, Lee 2023, arXiv:2206.04658"),
    link("compare?of=snake,snake_beta", "Against snake", "与 snake 对比"),
)

GIVEN_GELU = choice(
    "gelu",
    both(_GIVEN + " BERT, ViT and ConvNeXt: the exact GELU.", _GIVEN_ZH + "BERT、ViT、ConvNeXt 用精确的 GELU。"),
    used("BERT, Devlin 2019, arXiv:1810.04805; ViT, Dosovitskiy 2021, arXiv:2010.11929"),
    _GELUS,
)
GIVEN_GELU_TANH = choice(
    "gelu_tanh",
    both(
        _GIVEN + " GPT-2 and its kin: the tanh form, which jax.nn.gelu takes by default and torch does not.",
        _GIVEN_ZH + "GPT-2 一类用 tanh 形式；jax.nn.gelu 默认如此，torch 默认则不是。",
    ),
    both("Radford 2019; the code of GPT-2.", "Radford 2019；GPT-2 的代码。"),
    _GELUS,
)
GIVEN_GEGLU_TANH = choice(
    "geglu_tanh",
    both(
        _GIVEN + " T5 v1.1 and Gemma: gated, with the tanh form.", _GIVEN_ZH + "T5 v1.1 与 Gemma 用门控的 tanh 形式。"
    ),
    used("T5 v1.1, Shazeer 2020, arXiv:2002.05202; Gemma 2024, arXiv:2403.08295"),
    link("f/geglu_tanh", "Its page", "函数页面"),
)
GIVEN_QUICK_GELU = choice(
    "quick_gelu",
    both(_GIVEN + " OpenAI's CLIP: x times sigmoid(1.702 x).", _GIVEN_ZH + "OpenAI 的 CLIP 用 x 乘 sigmoid(1.702 x)。"),
    both("Radford 2021, arXiv:2103.00020, and its code.", "Radford 2021，arXiv:2103.00020 及其代码。"),
    _GELUS,
)
GIVEN_SWIGLU = choice(
    "swiglu",
    both(
        _GIVEN + " LLaMA, Mistral, Qwen: mind which half is the gate, libraries differ.",
        _GIVEN_ZH + "LLaMA、Mistral、Qwen 用它；注意哪一半是门，各库不同。",
    ),
    used("LLaMA, Touvron 2023, arXiv:2302.13971"),
    link("f/swiglu", "Its page", "函数页面"),
)
GIVEN_SILU = choice(
    "silu",
    both(_GIVEN + " EfficientNet, YOLOv5 and later.", _GIVEN_ZH + "EfficientNet、YOLOv5 及其后续用它。"),
    used("EfficientNet, Tan & Le 2019, arXiv:1905.11946"),
    link("f/silu", "What others call it", "其他库中的名称"),
)
GIVEN_HARDSWISH = choice(
    "hardswish",
    both(_GIVEN + " MobileNetV3, in its deeper layers.", _GIVEN_ZH + "MobileNetV3 较深的层用它。"),
    used("MobileNetV3, Howard 2019, arXiv:1905.02244"),
    link("f/hardswish", "What others call it", "其他库中的名称"),
)
GIVEN_RELU6 = choice(
    "relu6",
    both(_GIVEN + " MobileNetV2.", _GIVEN_ZH + "MobileNetV2 用它。"),
    used("MobileNetV2, Sandler 2018, arXiv:1801.04381"),
    link("f/relu6", "What others call it", "其他库中的名称"),
)
GIVEN_ONNX_HARDSIGMOID = choice(
    "onnx_hardsigmoid",
    both(
        _GIVEN + " Keras before version 3 and ONNX have a slope of 0.2, torch and Keras 3 of 1/6.",
        _GIVEN_ZH + "Keras 3 之前与 ONNX 的斜率为 0.2，torch 与 Keras 3 为 1/6。",
    ),
    both("The operator HardSigmoid of ONNX, alpha = 0.2.", "ONNX 算子 HardSigmoid，alpha = 0.2。"),
    link("compare?of=hardsigmoid,onnx_hardsigmoid", "Both overlaid", "两者叠加对比"),
)
