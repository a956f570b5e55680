import { describe, expect, test } from "vitest";
import { BlockSplitter } from "../src/markdown/blocks";
import { settle } from "../src/markdown/half_open";
import { createParser, toFragment } from "../src/markdown/parser";
import { longAnswer } from "./mock_model";

const parser = createParser();
const html = (text: string) => parser.render(text).trim();

function node(text: string): HTMLElement {
  const root = document.createElement("div");
  root.append(toFragment(parser.render(text)));
  return root;
}

describe("Markdown", () => {
  test("bold beside Chinese punctuation is bold", () => {
    for (const text of ["**“意味着什么”**要看语境", "这是**重点：**请看", "使用**`code`**和**粗体。**后文"]) {
      expect(html(text), text).toContain("<strong>");
      expect(node(text).textContent, text).not.toContain("**");
    }
  });

  test("tasks, notes, tables and headings", () => {
    expect(html("- [x] done\n- [ ] open").match(/<input/g)).toHaveLength(2);
    expect(html("- [x] done")).toContain("checked");
    expect(html("Text[^1]\n\n[^1]: note")).toContain("footnote");
    expect(html("|a|b|\n|:-|-:|\n|1|2|")).toContain('class="align-right"');
    expect(html("# Title")).toBe("<h3>Title</h3>");
  });

  test("lines that were ended stay ended", () => {
    const numBreaks = (text: string) => html(text).match(/<br>/g)?.length ?? 0;
    expect(numBreaks("Roses are red\nViolets are blue\nand so on")).toBe(2);
    expect(numBreaks("床前明月光，\n疑是地上霜。")).toBe(1);
    expect(numBreaks("- one\n  still one\n- two")).toBe(1);
    expect(numBreaks("> a\n> b")).toBe(1);
  });

  test("and nothing else gets a line of its own by that", () => {
    for (const text of [
      "One.\n\nTwo.", "- one\n- two\n  - three", "1. one\n2. two", "|a|b|\n|-|-|\n|1|2|", "```\na\nb\n```",
      "    a\n    b", "# Title\nText", "Title\n===\nText", "$$\na\n$$", "\\[\na\n\\]", "Text\n- one\n- two",
    ]) {
      expect(html(text), text).not.toContain("<br>");
    }
    expect(html("a $x\n+ y$ b")).not.toContain("<br>");
    expect(html("a `x\ny` b")).not.toContain("<br>");
  });

  test("nothing carries a style attribute, which the page's policy would refuse", () => {
    expect(html(`${longAnswer()}\n\n|a|b|\n|:-:|-:|\n|1|2|`)).not.toContain("style=");
  });
});

describe("math", () => {
  const tex = (text: string) => [...node(text).querySelectorAll(".math")].map((each) => each.textContent);

  test("all four delimiters, and a box without any", () => {
    expect(tex("$a$ \\(b\\) \\[c\\] $$d$$")).toEqual(["a", "b", "c", "d"]);
    expect(tex("\\[\nx\n= y\n\\]")).toEqual(["\nx\n= y\n"]);
    expect(tex("$$\nx\n$$")).toEqual(["\nx\n"]);
    expect(tex("The answer is \\boxed{\\frac{1}{2}}.")).toEqual(["\\boxed{\\frac{1}{2}}"]);
    expect(tex("答案是$x=2$，所以")).toEqual(["x=2"]);
  });

  test("what stands in math is not Markdown", () => {
    expect(tex("$a_1 * b_2 * c$")).toEqual(["a_1 * b_2 * c"]);
    expect(tex("\\(x^*_1\\) and \\(y^*_2\\)")).toEqual(["x^*_1", "y^*_2"]);
    expect(tex("\\[ a \\\\ b \\]")).toEqual([" a \\\\ b "]);
  });

  test("money, code and escapes are no math", () => {
    expect(tex("It costs $5 and $10.")).toEqual([]);
    expect(tex("from $20 to $30 a day")).toEqual([]);
    expect(tex("`$a$` and \\$b\\$")).toEqual([]);
    expect(tex("```\n$a$\n```")).toEqual([]);
  });

  test("math in lists, quotes and tables", () => {
    expect(tex("- $a$\n- \\[b\\]")).toEqual(["a", "b"]);
    expect(tex("> $a$")).toEqual(["a"]);
    expect(tex("|x|\n|-|\n|$a$|")).toEqual(["a"]);
  });
});

describe("hostile text", () => {
  const corpus = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](vbscript:x)",
    "![a](javascript:alert(1))",
    "![a](https://example.com/track.png)",
    "![a\" onerror=\"alert(1)](x)",
    "[a](x \"t\\\" onmouseover=alert(1) x=\\\"\")",
    "<a href='javascript:alert(1)'>x</a>",
    "```html\n<script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "$<img src=x onerror=alert(1)>$",
    "$$</div><script>alert(1)</script>$$",
    "\\[<svg/onload=alert(1)>\\]",
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "<style>*{display:none}</style>",
    "<https://example.com/\"onclick=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "| <b onclick=alert(1)>x</b> |\n|-|\n| y |",
  ];

  test.each(corpus)("%j does nothing", (text) => {
    const root = node(text);
    expect(root.querySelector("script,style,img,svg,iframe,form,object,embed,link,meta,b")).toBe(null);
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^style$|^srcdoc$|^src$/);
        if (name === "href") expect(value).toMatch(/^(https?:|mailto:|#|[^:]*$)/);
      }
    }
  });
});

describe("growing text", () => {
  /** What is shown after every few letters. */
  function grow(text: string, step: number): string[][] {
    const splitter = new BlockSplitter(parser, settle);
    const shown: string[][] = [];
    for (let end = step; end < text.length; end += step) {
      shown.push(splitter.update(text.slice(0, end), false).map((block) => block.html));
    }
    shown.push(splitter.update(text, true).map((block) => block.html));
    return shown;
  }
  const strip = (text: string) => text.replace(/\s+/g, "");

  test("it ends as if it had come at once", () => {
    const text = longAnswer();
    const last = grow(text, 37).at(-1) ?? [];
    expect(strip(last.join(""))).toBe(strip(parser.render(text)));
  });

  test("a block that is complete is never made again", () => {
    const splitter = new BlockSplitter(parser, settle);
    const first = splitter.update("One.\n\nTwo.\n\nThr", false);
    const second = splitter.update("One.\n\nTwo.\n\nThree.\n\nFour", false);
    expect(second[0]).toBe(first[0]);
    expect(second[1]).toBe(first[1]);
  });

  test("half-open marks are never seen", () => {
    const text = "Some **bold text** and `code here` and [a link](https://example.com/x) and $x^2 + y$ end.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast *word*.";
    for (const blocks of grow(text, 1)) {
      const root = document.createElement("div");
      root.append(toFragment(blocks.join("")));
      expect(root.textContent).not.toMatch(/\*|`|\]\(|\$|\|/);
    }
  });

  test("a paragraph does not become a heading while a list begins below it", () => {
    for (const blocks of grow("Points:\n- one\n- two", 1)) {
      expect(blocks.join("")).not.toContain("<h");
    }
  });

  test("text that was replaced is read anew", () => {
    const splitter = new BlockSplitter(parser, settle);
    splitter.update("One.\n\nTwo.\n\nThree.", false);
    const html = splitter.update("Other.\n\nText.", true).map((block) => block.html).join("");
    expect(html).not.toContain("One");
  });

  test("notes at the end reach the text above them", () => {
    const last = grow("See[^1].\n\nMore.\n\n[^1]: The note.", 3).at(-1)?.join("") ?? "";
    expect(last).toContain("footnote-ref");
    expect(last).toContain("The note.");
  });
});
