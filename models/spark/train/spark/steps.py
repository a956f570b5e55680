"""Column arithmetic written out digit by digit: what a small model can really carry out.

Each function returns the line that the model thinks and the true result; the line's last number
is assembled from the written digits, not from Python's result, and a test compares the two."""

from __future__ import annotations


def add_line(a: int, b: int) -> tuple[str, int]:
    """47+85:7+5=12,4+8+1=13,132 (no spaces: each would be a token)"""
    left, right = str(a)[::-1], str(b)[::-1]
    parts, digits, carry = [], [], 0
    for i in range(max(len(left), len(right))):
        x = int(left[i]) if i < len(left) else 0
        y = int(right[i]) if i < len(right) else 0
        total = x + y + carry
        parts.append(f"{x}+{y}{'+1' if carry else ''}={total}")
        digits.append(str(total % 10))
        carry = total // 10
    if carry:
        digits.append("1")
    result = int("".join(reversed(digits)))
    return f"{a}+{b}:{','.join(parts)},{result}", result


def sub_line(a: int, b: int) -> tuple[str, int]:
    """132-85:12-5=7,13-8-1=4,1-0-1=0,47; needs a >= b. A borrowed ten is written at once."""
    left, right = str(a)[::-1], str(b)[::-1]
    parts, digits, borrow = [], [], 0
    for i in range(len(left)):
        x, y = int(left[i]), int(right[i]) if i < len(right) else 0
        lends = x - y - borrow < 0
        shown = x + 10 if lends else x
        digit = shown - y - borrow
        parts.append(f"{shown}-{y}{'-1' if borrow else ''}={digit}")
        digits.append(str(digit))
        borrow = int(lends)
    result = int("".join(reversed(digits)))
    return f"{a}-{b}:{','.join(parts)},{result}", result


def signed_sub_lines(a: int, b: int) -> tuple[list[str], int]:
    if a >= b:
        line, result = sub_line(a, b)
        return [line], result
    line, result = sub_line(b, a)
    return [f"{a}<{b}", line, f"-{result}"], -result


def mul_digit_line(a: int, digit: int) -> tuple[str, int]:
    """47*6:7*6=42,4*6+4=28,282"""
    parts, digits, carry = [], [], 0
    for char in reversed(str(a)):
        total = int(char) * digit + carry
        parts.append(f"{char}*{digit}{f'+{carry}' if carry else ''}={total}")
        digits.append(str(total % 10))
        carry = total // 10
    if carry:
        digits.append(str(carry))
    result = int("".join(reversed(digits)))
    return f"{a}*{digit}:{','.join(parts)},{result}", result


def mul_lines(a: int, b: int) -> tuple[list[str], int]:
    """By partial products, one line each, then their sum."""
    if b < 10:
        line, result = mul_digit_line(a, b)
        return [line], result
    if a < 10:
        line, result = mul_digit_line(b, a)
        return [f"{a}*{b}={b}*{a}", line], result
    lines, total = [], None
    for place, char in enumerate(reversed(str(b))):
        if char == "0":
            continue
        line, part = mul_digit_line(a, int(char))
        shifted = part * 10**place
        lines.append(line + (f",{shifted}" if place else ""))
        if total is None:
            total = shifted
            continue
        line, total = add_line(total, shifted)
        lines.append(line)
    return lines, total or 0


def div_line(a: int, b: int) -> tuple[str, int, int]:
    """84/7:8/7=1 r1,14/7=2 r0,12; long division, returns quotient and remainder."""
    parts, digits, rest = [], [], 0
    for char in str(a):
        rest = rest * 10 + int(char)
        if not digits and rest < b:
            continue
        parts.append(f"{rest}/{b}={rest // b} r{rest % b}")
        digits.append(str(rest // b))
        rest %= b
    quotient = int("".join(digits) or "0")
    return f"{a}/{b}:{','.join(parts) or f'{a}<{b}'},{quotient}", quotient, rest


def op_lines(a: int, op: str, b: int) -> tuple[list[str], int]:
    """Any of + - * / on whole numbers; a division must leave nothing over."""
    if op == "+":
        line, result = add_line(a, b)
        return [line], result
    if op == "-":
        return signed_sub_lines(a, b)
    if op == "*":
        return mul_lines(a, b)
    line, quotient, rest = div_line(a, b)
    if rest:
        raise ValueError(f"{a}/{b} leaves {rest}")
    return [line], quotient


def compare_line(a: str, b: str) -> tuple[str, str]:
    """Digit by digit after padding both to one form; returns the line and one of < = >."""
    (whole_a, _, part_a), (whole_b, _, part_b) = a.partition("."), b.partition(".")
    width = max(len(part_a), len(part_b))
    left, right = part_a.ljust(width, "0"), part_b.ljust(width, "0")
    if int(whole_a) != int(whole_b):
        sign = "<" if int(whole_a) < int(whole_b) else ">"
        if len(whole_a) != len(whole_b):
            return f"{len(whole_a)} {sign} {len(whole_b)} digits,{a}{sign}{b}", sign
        for x, y in zip(whole_a, whole_b):
            if x != y:
                return f"{whole_a},{whole_b}:{x}{sign}{y},{a}{sign}{b}", sign
    for x, y in zip(left, right):
        if x != y:
            sign = "<" if x < y else ">"
            return f"{whole_a}.{left},{whole_b}.{right}:{x}{sign}{y},{a}{sign}{b}", sign
    return f"{a}={b}", "="
