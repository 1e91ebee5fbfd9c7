"""JSON values that a careless platform changes on their way, as the bytes a client sends."""

VALUES: dict[str, str] = {
    "beyond doubles": "9007199254740993",
    "thirty digits": "-123456789012345678901234567890",
    "trailing zero": "1.10",
    "whole with a point": "1.0",
    "minus zero": "-0.0",
    "long decimal": "3.14159265358979323846264338327950288419716939937510",
    "exponent as written": "1E+2",
    "beyond range": "1e400",
    "below range": "1e-400",
    "five thousand digits": "7" * 5000,
    "two-byte text": '"Grüße"',
    "beyond the basic plane": '"😀𝄞"',
    "escaped pair": '"\\ud83d\\ude00"',
    "lone high surrogate": '"\\ud800"',
    "lone low surrogate": '"x\\udc00y"',
    "line separators": '"a\u2028b\u2029c"',
    "markup": "\"<a href='x'>&amp;</a>\"",
    "escaped markup": '"\\u003ca\\u003e\\u0026"',
    "control escapes": '"\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\\\/"',
    "an empty key": '{"":1}',
    "order of keys": '{"z":1,"10":2,"a":3,"2":4}',
    "empty ones": '{"o":{},"a":[],"s":"","n":null,"f":false}',
    "deep": "[" * 60 + "]" * 60,
    "mixed": '[1.50,{"k":[true,null,"é",1e400]},[]]',
}
"""Each compact, because the platform may strip blanks between tokens and nothing else."""
