"""The choice guide's questions, of which a few lead to one or two functions."""

from __future__ import annotations

from typing import Any

from . import layers, models, outputs
from .choice import Choice, both


def _question(name: str, english: str, chinese: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "asks": both(english, chinese), "answers": list(answers)}


def _to(following: str, name: str, english: str, chinese: str) -> dict[str, Any]:
    return {"name": name, "text": both(english, chinese), "next": following}


def _take(name: str, english: str, chinese: str, *choices: Choice) -> dict[str, Any]:
    return {"name": name, "text": both(english, chinese), "choices": list(choices)}


# The guide starts with the first question.
QUESTIONS: list[dict[str, Any]] = [
    _question(
        "where",
        "Where does the function stand?",
        "函数用在哪里？",
        _to("network", "hidden", "Between layers", "层与层之间"),
        _to("output", "output", "At the output", "输出层"),
        _to("weights", "pretrained", "In a model whose weights are given", "权重已给定的模型中"),
    ),
    _question(
        "output",
        "What does the output say?",
        "输出表示什么？",
        _take("one", "Yes or no: one probability", "是或否：一个概率", outputs.SIGMOID_OF_ONE, outputs.LOGSIGMOID),
        _take("class", "Exactly one of several classes", "多个类别中恰好一个", outputs.SOFTMAX, outputs.LOG_SOFTMAX),
        _take("labels", "Several labels at once", "可同时有多个标签", outputs.SIGMOID_OF_EACH, outputs.LOGSIGMOID),
        _take(
            "shares",
            "Shares that sum to one, most of them exactly zero",
            "总和为一的份额，多数恰好为零",
            outputs.SPARSEMAX,
            outputs.ENTMAX15,
        ),
        _take("positive", "A positive number", "正数", outputs.SOFTPLUS, outputs.SQUAREPLUS),
        _take("any", "Any number", "任意实数", outputs.IDENTITY, outputs.SYMLOG),
        _take("range", "A number in a range", "某个范围内的数", outputs.TANH_OUTPUT, outputs.SIGMOID_RANGE),
    ),
    _question(
        "network",
        "Which kind of network?",
        "哪一类网络？",
        _to("normalised", "mlp", "Fully connected", "全连接网络"),
        _to("device", "convnet", "Convolutional", "卷积网络"),
        _to("projection", "transformer", "Transformer (its feed-forward layer)", "Transformer（前馈层）"),
        _to("part", "recurrent", "Recurrent", "循环网络"),
        _to("field", "coordinates", "Coordinates in, a field or signal out", "输入坐标，输出场或信号"),
        _to("generator", "generative", "Generative: GAN, diffusion, sound", "生成模型：GAN、扩散、音频"),
    ),
    _question(
        "normalised",
        "Is there a normalisation, or are there skip connections?",
        "有归一化或残差连接吗？",
        _to("trouble", "yes", "Yes", "有"),
        _to("depth", "no", "No, layer upon layer", "没有，层层直接堆叠"),
    ),
    _question(
        "depth",
        "How many hidden layers?",
        "有多少个隐藏层？",
        _take("few", "Up to eight", "不超过八个", layers.RELU, layers.TANH_SHALLOW),
        _take("many", "More than eight", "八个以上", layers.SELU, layers.TANH_DEEP),
    ),
    _question(
        "trouble",
        "Is anything wrong with what you have?",
        "现有的网络有问题吗？",
        _take("none", "No, I am starting", "没有，刚刚开始", layers.RELU, layers.SILU),
        _take(
            "dying",
            "Units die: they never fire on any sample",
            "单元失活：对任何样本都不激活",
            layers.LEAKY_RELU,
            layers.ELU,
        ),
        _take(
            "vanishing",
            "Gradients fade towards the input",
            "梯度向输入方向逐层减小",
            layers.RELU_DEEP,
            layers.TANH_DEEP,
        ),
        _take("shape", "It should learn its activation", "希望激活函数也由学习得到", layers.PRELU, layers.RATIONAL),
    ),
    _question(
        "device",
        "Where will it run?",
        "将在哪里运行？",
        _to("trouble", "usual", "On a GPU or CPU, in floating point", "GPU 或 CPU，浮点运算"),
        _take(
            "chip", "On a chip without a fast exponential", "没有快速指数运算的芯片", layers.HARDSWISH, layers.RELU_CHIP
        ),
        _take("int8", "In 8-bit integers", "8 位整数", layers.RELU6, layers.HARDSWISH),
    ),
    _question(
        "projection",
        "May the layer have a gate, that is a third matrix?",
        "这一层可以加门控（即多一个矩阵）吗？",
        _to("precision", "gated", "Yes", "可以"),
        _take("plain", "No, two matrices", "不可以，两个矩阵", models.GELU, models.RELU_SQUARED),
        _take(
            "sparse",
            "Either, but zeros must be skipped at inference",
            "均可，但推理时要跳过零值",
            models.RELU_SPARSE,
            models.REGLU,
        ),
    ),
    _question(
        "precision",
        "In which precision does it train?",
        "用什么精度训练？",
        _take("wide", "float32 or bfloat16", "float32 或 bfloat16", models.SWIGLU, models.GEGLU),
        _take("float16", "float16, which ends at 65504", "float16，最大只到 65504", models.GLU, models.GELU),
    ),
    _question(
        "part",
        "Which part of the cell?",
        "循环单元的哪一部分？",
        _take("state", "The state", "状态", models.TANH_STATE),
        _take("gate", "The gates", "门", models.SIGMOID_GATE),
        _take("chip", "Both, without an exponential", "两者，不用指数运算", models.HARDSIGMOID, models.HARDTANH),
        _take(
            "plain",
            "There are no gates, and activations explode",
            "没有门，激活值爆炸",
            models.CLIPPED_RELU,
            models.TANH_STATE,
        ),
    ),
    _question(
        "field",
        "What is asked of the field?",
        "对场有什么要求？",
        _take("detail", "Fine detail: images, shapes, scenes", "细节：图像、形状、场景", models.SINE, models.GAUSSIAN),
        _take(
            "derivatives",
            "Second derivatives: physics, forces",
            "二阶导数：物理方程、力",
            models.TANH_SMOOTH,
            models.SHIFTED_SOFTPLUS,
        ),
        _take("periodic", "It goes on periodically beyond the data", "在数据范围之外延续周期", models.SNAKE),
    ),
    _question(
        "generator",
        "Which part of which model?",
        "哪种模型的哪一部分？",
        _take("discriminator", "The discriminator of a GAN", "GAN 的判别器", models.LEAKY_DISCRIMINATOR),
        _take("images", "The last layer of a generator of images", "图像生成器的最后一层", outputs.TANH_OUTPUT),
        _take("diffusion", "The U-Net of a diffusion model", "扩散模型的 U-Net", models.SILU_DIFFUSION),
        _take("sound", "A generator of sound", "声音生成器", models.SNAKE_BETA, models.SNAKE),
    ),
    _question(
        "weights",
        "Which model?",
        "哪个模型？",
        _take("encoder", "BERT, ViT, ConvNeXt", "BERT、ViT、ConvNeXt", models.GIVEN_GELU),
        _take(
            "decoder",
            "GPT-2; gated: T5 v1.1, Gemma",
            "GPT-2；带门控的：T5 v1.1、Gemma",
            models.GIVEN_GELU_TANH,
            models.GIVEN_GEGLU_TANH,
        ),
        _take("llama", "LLaMA, Mistral, Qwen", "LLaMA、Mistral、Qwen", models.GIVEN_SWIGLU),
        _take("clip", "CLIP", "CLIP", models.GIVEN_QUICK_GELU),
        _take("efficientnet", "EfficientNet, YOLOv5 and later", "EfficientNet、YOLOv5 及其后续", models.GIVEN_SILU),
        _take(
            "mobile", "MobileNetV2, MobileNetV3", "MobileNetV2、MobileNetV3", models.GIVEN_HARDSWISH, models.GIVEN_RELU6
        ),
        _take("keras", "An old Keras or ONNX model", "旧版 Keras 或 ONNX 模型", models.GIVEN_ONNX_HARDSIGMOID),
    ),
]
