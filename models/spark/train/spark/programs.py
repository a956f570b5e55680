"""Small Python functions in HumanEval's form; each is run against its unit tests when it is made."""

from __future__ import annotations

from .core import Context, Example, user

# (name, parameters, docstring, body, test inputs); {k} is a small number
PROGRAMS = (
    (("add_{k}", "plus_{k}", "increase_by_{k}"), "x", ("Return x plus {k}.", "Add {k} to x."), ("return x + {k}",), ((1,), (10,))),
    (("times_{k}", "multiply_by_{k}"), "x", ("Return x times {k}.", "Multiply x by {k}."), ("return x * {k}",), ((2,), (7,))),
    (("add", "sum_two", "plus"), "a, b", ("Return the sum of a and b.", "Add two numbers."), ("return a + b",), ((1, 2), (5, 9))),
    (("square", "squared", "power_two"), "x", ("Return the square of x.", "Compute x times x."), ("return x * x",), ((3,), (8,))),
    (("larger", "max_of_two", "bigger"), "a, b", ("Return the larger of a and b.", "Give back the bigger number."), ("return a if a > b else b",), ((1, 2), (5, 3))),
    (("smaller", "min_of_two", "lesser"), "a, b", ("Return the smaller of a and b.", "Give back the lesser number."), ("return a if a < b else b",), ((1, 2), (5, 3))),
    (("is_even", "even", "check_even"), "n", ("Return True if n is even.", "Check whether n is even."), ("return n % 2 == 0",), ((3,), (8,))),
    (("is_odd", "odd", "check_odd"), "n", ("Return True if n is odd.", "Check whether n is odd."), ("return n % 2 == 1",), ((3,), (8,))),
    (("is_multiple_of_{k}", "divisible_by_{k}"), "n", ("Return True if n is divisible by {k}.", "Check whether n is a multiple of {k}."), ("return n % {k} == 0",), ((12,), (13,))),
    (("sum_list", "total", "add_all"), "numbers", ("Return the sum of the numbers.", "Add up all numbers in the list."), ("return sum(numbers)",), (([1, 2, 3],), ([],))),
    (("largest", "max_of_list", "biggest"), "numbers", ("Return the largest number in the list.", "Find the maximum of the list."), ("return max(numbers)",), (([1, 5, 3],), ([2],))),
    (("smallest", "min_of_list", "least"), "numbers", ("Return the smallest number in the list.", "Find the minimum of the list."), ("return min(numbers)",), (([4, 5, 3],), ([2],))),
    (("count_above_{k}", "num_above_{k}"), "numbers", ("Count the numbers greater than {k}.", "Return how many numbers are above {k}."), ("return sum(1 for n in numbers if n > {k})",), (([1, 5, 30],), ([],))),
    (("keep_even", "even_numbers", "filter_even"), "numbers", ("Return only the even numbers.", "Keep the even numbers of the list."), ("return [n for n in numbers if n % 2 == 0]",), (([1, 2, 4],), ([],))),
    (("add_{k}_to_all", "shift_by_{k}"), "numbers", ("Add {k} to each number in the list.", "Return the list with {k} added to every number."), ("return [n + {k} for n in numbers]",), (([1, 2],), ([],))),
    (("multiply_all_by_{k}", "scale_by_{k}"), "numbers", ("Multiply each number in the list by {k}.", "Return the list with every number times {k}."), ("return [n * {k} for n in numbers]",), (([1, 2],), ([],))),
    (("reverse_string", "reversed_text", "backwards"), "text", ("Return the text reversed.", "Reverse the string."), ("return text[::-1]",), (("abc",), ("",))),
    (("count_letter", "count_char", "occurrences"), "text, letter", ("Count how often letter is in text.", "Return the number of times letter appears in text."), ("return text.count(letter)",), (("banana", "a"), ("", "x"))),
    (("is_palindrome", "palindrome", "reads_same"), "text", ("Check whether text is a palindrome.", "Return True if text reads the same backwards."), ("return text == text[::-1]",), (("abba",), ("abc",))),
    (("to_upper", "upper_case", "shout"), "text", ("Return text in upper case.", "Change text to capital letters."), ("return text.upper()",), (("abc",), ("",))),
    (("count_words", "num_words", "word_count"), "text", ("Count the words in text.", "Return the number of words in text."), ("return len(text.split())",), (("a b c",), ("",))),
    (("first_{k}", "take_{k}", "head_{k}"), "items", ("Return the first {k} items.", "Take the first {k} elements of the list."), ("return items[:{k}]",), (([1, 2, 3, 4, 5],), ([],))),
    (("last_{k}", "tail_{k}", "end_{k}"), "items", ("Return the last {k} items.", "Take the last {k} elements of the list."), ("return items[-{k}:]",), (([1, 2, 3, 4, 5],), ([],))),
    (("unique", "distinct", "without_duplicates"), "items", ("Return the sorted list without duplicates.", "Remove duplicates and sort the list."), ("return sorted(set(items))",), (([3, 1, 3],), ([],))),
    (("average", "mean", "mean_of_list"), "numbers", ("Return the mean of the numbers.", "Compute the average of the list."), ("return sum(numbers) / len(numbers)",), (([1, 2, 3],), ([4],))),
    (("factorial", "fact", "product_up_to"), "n", ("Return the factorial of n.", "Multiply all numbers from 1 to n."), ("result = 1", "for i in range(1, n + 1):", "    result *= i", "return result"), ((4,), (0,))),
    (("sum_up_to", "sum_to_n", "triangle"), "n", ("Return the sum of the numbers from 1 to n.", "Add all numbers from 1 to n."), ("return sum(range(1, n + 1))",), ((4,), (0,))),
    (("fibonacci", "fib", "nth_fibonacci"), "n", ("Return the n-th Fibonacci number.", "Compute Fibonacci number n."), ("a, b = 0, 1", "for _ in range(n):", "    a, b = b, a + b", "return a"), ((7,), (0,))),
)
ASK = {
    "en": "[Write|Complete|Implement|Finish] this [Python |]function[.|:]\n{c}",
    "zh": "[写出|完成|补全|实现]这个[Python|]函数[。|：]\n{c}",
}


def run_program(source: str, name: str, inputs: tuple) -> list[object]:
    """Only sources of the table above come here."""
    scope: dict = {}
    exec(source, scope)  # noqa: S102
    return [scope[name](*arguments) for arguments in inputs]


def program(ctx: Context) -> Example:
    language = ctx.language()
    names, parameters, documents, body, inputs = ctx.any(PROGRAMS)
    while True:
        k, name, document = ctx.rng.randrange(2, 30), ctx.any(names), ctx.any(documents)
        if ctx.fits("program", name, document, k if "{k}" in "".join(body) else 0):
            break
        if "{k}" not in "".join(body) and not any(
                ctx.fits("program", n, d, 0) for n in names for d in documents):
            break  # too few wordings for this split
    name, document = name.replace("{k}", str(k)), document.replace("{k}", str(k))
    head = f'def {name}({parameters}):\n    """{document}"""\n'
    source = head + "".join(f"    {line}\n" for line in body).replace("{k}", str(k))
    expected = run_program(source, name, inputs)
    thinking = document
    tests = [[list(arguments), value] for arguments, value in zip(inputs, expected)]
    return Example("python", language, [user(ctx.spin(ASK[language]).replace("{c}", head.rstrip("\n")))], thinking,
                   f"```python\n{source}```", {"kind": "python", "value": {"name": name, "tests": tests}})
