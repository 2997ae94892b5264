"""Expressions over the whole grammar of the pinned Prometheus, legal and illegal; which is which, promtool says."""

from __future__ import annotations

LITERALS = (
    "1", "1.5", ".5", "5.", "1e3", "1.5e3", "1E-3", "1e+3", "1e", "1e_3", "1_000", "1_000_000", "1__0", "_1", "1_",
    "1_0.5", "1.5_0", "0x1F", "0XdeadBEEF", "0x", "0xg", "0x_1F", "017", "08", "019", "0b1", "0o7", "0_7", "Inf",
    "inf", "+Inf", "-inf", "iNF", "NaN", "nan", "infinity", "1h", "1h30m", "5m30s", "1d2h", "1y2w3d4h5m6s7ms", "30m1h",
    "1h1h", "1.5h", "5x", "5mm", "100ms", "1s1ms", "300y", "1e400", "1e-400", "9223372036854775807",
    "9223372036854775808", "0x7fffffffffffffff", "0xffffffffffffffff", "1..2", "1.2.3", "00", "0", "-0", "+5", "--5",
    "1e5m", "0d", "5", "-", "1m1s", "1ms1s", "5hs", "007",
)  # fmt: skip
TEXTS = (
    '"text"', "'text'", "`text`", '"it\'s"', "'a \"quoted\" one'", r'"a\\b"', r'"a\"b"', r'"a\'b"', r"'a\'b'",
    r"'a\"b'", r'"\n\t\a\v"', r'"\x41\u00e9\U0001F600\101"', r'"\d"', r'"\400"', r'"\ud800"', r'"\xg1"', r'"\u12"',
    '"open', "'open", "`open", '"two\nlines"', "`two\nlines`", r"`\d+`", '"# no comment"', "`# no comment`", '"a" "b"',
    '"é ☃"',
)  # fmt: skip
COMMENTS = (
    "a # comment", "# comment\na", "a # one\n # two\n + b", "a #", "#", "# only\n", "a + # b\n c", 'a{b="#"} # x',
    'a{# within\nb="c"}', "a{\nb='c', # one\n d=~'e' # two\n}", "sum( # x\n a) by (b) # y", "a[5m # c\n]",
    "a[# c\n5m]", "a[5m:# c\n1m]", "rate(a[5m]) # )", "a#b\n+c", "a # b\r+ c", "a # b\r\n+ c", "a\t+\tb",
    "a\r\n+\r\nb", "a\x0b+ b", "a\xa0+ b", "a # \u2603\n", "a // b", "a /* b */", "a -- b",
)  # fmt: skip
SELECTORS = (
    "a", "a:b:c", ":a", "a:", "_a", "a1", "1a", "a-b", "a.b", "ü", "a{}", "{}", '{a="b"}', '{a=""}', '{a!="b"}',
    '{a!=""}', '{a=~".+"}', '{a=~".*"}', '{a!~".*"}', 'a{b="c",}', "a{,}", "{,}", 'a{b="c",,d="e"}', 'a{b="c" d="e"}',
    "a{b=c}", "a{b='c'}", "a{b=`c`}", r"a{b=~`c\d+`}", r'a{b=~"c\d+"}', r'a{b=~"c\\d+"}', 'a{b=~"("}', 'a{b=~"[a-"}',
    'a{b=~"a{2,3}"}', 'a{b=~"(?i)x"}', 'a{b=~"x(?=y)"}', 'a{b=~"*"}', 'a{b=~"[[:alpha:]]+"}', r'a{b=~"\\pL"}',
    'a{b=~"x|y|"}', 'a{b:c="d"}', 'a{1b="c"}', 'a{b=="c"}', "a{b=1}", 'a{b>"c"}', 'a{"b"="c"}', 'a{"b c"="d"}',
    '{"a"}', '{"my.metric"}', '{"my.metric", "a.b"="c"}', '{"a", "b"}', 'a{"b"}', '{"a",}', 'a{__name__="b"}',
    'a{__name__=~"a"}', '{__name__="a"}', '{__name__=~"a|b"}', '{__name__!="a"}', 'a{b="c"}{d="e"}', "a b",
    'a{b="c" or d="e"}', 'a{on="x", by="y", bool="z", offset="1"}', "a{b='c'", "a}", "a{b}", "a{b=}", "a{='c'}",
    'a {b = "c"}', "a{b='c'}d", 'sum{b="c"}', "sum + count", "by", "on", "bool", "and", "or", "unless", "and and and",
    "start", "end", "step", "range", "group_left", "ignoring", "without", "offset", "atan2", "inf_total", "nan_total",
    "fill", "fill + fill", "fill_left", "anchored", "smoothed", "max_of", "min_of", "limitk", "limit_ratio", "topk",
    "topk - 1", "group", "by + by",
)  # fmt: skip
WINDOWS = (
    "a[5m]", "a[5]", "a[5.5]", "a[ 5m ]", "a [5m]", "a[]", "a[0]", "a[0s]", "a[-5m]", "a[5m", "a5m]", "a[5m][5m]",
    "a[b]", "a[1h30m]", "a[30m1h]", "a[5m * 2]", "a[5m*2]", "a[(5m)]", "a[2*(5m + 1m)]", "a[1h - 5m]", "a[1h / 2]",
    "a[1h % 7m]", "a[2^3]", "a[5m / 0]", "a[5m % 0]", "a[step()]", "a[range() + 1m]", "a[max_of(5m, step())]",
    "a[min_of(5m, 1h)]", "a[max_of(5m)]", "a[min_of()]", "a[5m +]", "a[* 5m]", "a[5m 5m]", "a[inf]", "a[1_000]",
    "a[0x10]", "a[300y]", "a[+5m]", "a[5m:1m]", "a[5m:]", "a[5m:0s]", "a[:1m]", "a[:]", "a[5m:1m:1m]", "a[5m : 1m]",
    "a[1h:5m * 2]", "a[1h * 2:5m]", "a[1h:step()]", "a[5m:-1m]", "a[1h:b]", "a[STEP()]", "sum(a)[5m:1m]",
    "rate(a[5m])[1h:1m]", "rate(a[5m])[1h]", "(a)[5m]", "(a)[5m:]", "1[5m]", "1[5m:]", "time()[5m:]", '"x"[5m:]',
    "a[5m:1m][1h:5m]", "(a + b)[1h:]", "a + b[5m]", "a[5m] + 1", "-a[5m]", "a[5m] > 1", "a[`5m`]", 'a["5m"]', "a[5m{]",
    "a[5m)]", "a[(5m]", "max_over_time(a[5m] )", "max_over_time(a[5m:1m])",
    "max_over_time(max_over_time(a[5m])[1h:5m])[2h:]",
)  # fmt: skip
MODIFIERS = (
    "a offset 5m", "a offset -5m", "a offset +5m", "a offset 5", "a offset 0s", "a offset 0", "a OFFSET 5m",
    "a offset", "a offset b", "a offset 5m offset 5m", "a offset 5m * 2", "a offset (5m * 2)", "a offset -(5m)",
    "a offset (5m) * 2", "a offset 2^2", "a offset -2^2", "a offset step()", "a offset -step()",
    "a offset max_of(5m, 1h)", "a offset 5m + b", "a[5m] offset 5m", "a offset 5m [5m]", "sum(a) offset 5m",
    "(a) offset 5m", "1 offset 5m", "a[1h:5m] offset 5m", "rate(a[5m] offset 1h)", "rate(a[5m]) offset 1h",
    "a + b offset 5m", "offset offset 5m", "a offset 1_000", "a offset 300y", "a offset 1h30m", "a offset 5m30",
    "a @ 5", "a @ -5", "a @ 1.5e9", "a @ 1609746000.5", "a @ 1h", "a @ start()", "a @ end()", "a @ start",
    "a @ step()", "a @ start(1)", "a @ inf", "a @ nan", "a @ b", "a @ (5)", "a @ 5 @ 6", "a @ start() @ end()",
    "a @ 5 offset 5m", "a offset 5m @ 5", "a[5m] @ 5", "a @ 5 [5m]", "sum(a) @ 5", "(a) @ 5", "a[1h:] @ end()",
    "rate(a[5m] @ end() offset 1h)", "1 @ 5", "a @ 1_000", "a @ 0x10", "a@5", "a @START()", "a anchored",
    "rate(a[5m] anchored)", "rate(a[5m] smoothed)", "increase(a[5m] ANCHORED)", "a smoothed",
    "rate(a[5m] anchored smoothed)", "(a) anchored", "sum(a) anchored", "1 anchored", "'x' anchored",
    "a[1h:5m] anchored", "rate(a[1h:5m] smoothed)", "rate(a[5m] anchored offset 5m)", "rate(a[5m] offset 5m anchored)",
    "rate(a[5m] @ 5 anchored)", "rate(a[5m] @ start() smoothed)", "anchored + smoothed", "sum by (anchored) (a)",
    "a{anchored='x'}", "anchored anchored", "rate(anchored[5m] anchored)", "a and anchored",
    "delta(a[5m] smoothed) > 0",
)  # fmt: skip
OPERATORS = (
    *(f"a {sign} b" for sign in ("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "and", "or", "unless")),
    *(f"a {sign} 1" for sign in ("+", "^", "==", ">", "and", "or", "unless", "atan2", "</", ">/")),
    *(f"1 {sign} 2" for sign in ("+", "%", "==", ">", "and", "or", "> bool", "!= bool", "atan2", "</")), "a atan2 b",
    "a ATAN2 b", "a AND b", "a Or b", "a UnLess b", "a == bool b", "a > BOOL 1", "a + bool b", "a and bool b",
    "a bool b", "a == b == c", "1 < bool 2 < bool 3", "a + b * c ^ d", "-a ^ 2", "2 ^ -a", "2 ^ 3 ^ 2", "-1 ^ 2",
    "- - a", "-a", "+a", '-"x"', "-(a)", "!a", "a !b", "a = 1", "a === 1", "a =~ 'x'", "a !~ 'x'", "a <> b", "a && b",
    "a || b", "a </ b", "a >/ b", "a </ bool 1", "a < / 1", "a */ b", "a + ", "+", "* a", "a + + b", "a + - b",
    "a -- 1", "a > > b", "a + on (x) b", "a + on() b", "a + on (x,) b", "a + on x b", "a + ignoring (x, y) b",
    "a + ignoring() 1", "a + on (x) 1", "a + on (x) group_left b", "a + on (x) group_left () b",
    "a + on (x) group_left (y) b", "a + on (x) group_left (y,) b", "a + ignoring (x) group_right (y) b",
    "a + on (x) group_left (x) b", "a + ignoring (x) group_left (x) b", "a + group_left b", "a + group_left (x) b",
    "a + group_left on (x) b", "a + on (x) group_left group_right b", "a and on (x) b", "a and on (x) group_left b",
    "a or ignoring (x) b", "a unless on () group_right b", "a and group_left b", "a == on (x) bool b",
    "a == bool on (x) b", "a == bool on (x) group_left (y) b", "a + on (x) ignoring (y) b",
    "a + ON (x) GROUP_LEFT (y) b", "a + on (by, on, sum, offset, bool) b", 'a + on ("x") b', 'a + on ("x y") b',
    "a + on (x:y) b", "a + on (1x) b", "a + on (x) (b)", "on (x) a", "a on (x) b", "a + on (x)", 'a > on (x) "y"',
    "sum by (x) (a) / sum by (x) (b)", "sum(a) by (on, by, start, end)", 'sum by ("a b") (a)', "sum by (`x`) (a)",
    "sum by (x y) (a)", "sum by (,) (a)", "sum by (x,,y) (a)", "sum by ((x)) (a)", "sum by (x) a", "sum a",
    "sum by (1) (a)", "sum without () (a)", "sum by (x) without (y) (a)", "sum(sum(a))", "sum(a,)", "rate(a[5m],)",
    "count_values by (x) ('y', a)", 'count_values("", a)', 'count_values("y z", a)', "SUM BY (x) (a)", "Sum(a)",
    "a + fill (0) b", "a + on (x) fill (0) b", "a + fill_left (1) b", "a - fill_left (1) fill_right (2) b",
    "a + on (x) group_left (y) fill_right (-1) b", "a and fill (0) b", "fill(a)", "a + fill b", "sum by (fill) (a)",
    '"x" + "y"', '"x" == "x"', 'a == "x"', "a[5m] == b", "a[5m] and b", "(1)", "((a))", "()", "(a", "a)", "(a))", "{a",
    "[5m]", "", " ", "\n", ";", "a;", "a, b", "$a", "${a}", "{{ a }}", "a{b='{{ c }}'}", "a{b='$c'}", "foo(a)",
    "RATE(a[5m])", "rate", "rate a[5m]", "rate{x='y'}", "rate (a [5m])", "holt_winters(a[5m], 0.5, 0.5)", "time ( )",
    "a()", "a(1)", "(a)(b)", "1 + a > 2 and b unless c or d", "absent(a{b='c'}) or vector(0)", "a * 0 == bool 0 or b",
    "1 2", "a 1", "1 a", "histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m])))",
    "topk(5, sum by (x) (rate(a[5m]))) > 1e3", "predict_linear(a[6h], 4 * 3600) < 0",
    "a > on () group_left () (b * 2)", "label_replace(a, 'x', '$1', 'y', '(')", "time() - a > 1d", "a / 1Ki",
    "a > 10%", "a > 1,000", "a > 5 m", "1d > bool 1h", "a > 100ms", "a == NaN", "a != a",
)  # fmt: skip

CORPUS = (*LITERALS, *TEXTS, *COMMENTS, *SELECTORS, *WINDOWS, *MODIFIERS, *OPERATORS)
