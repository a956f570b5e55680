// What the mock server's "model" says: fixed texts, chosen by words of the question.

export interface MockAnswer {
  reasoning: string;
  content: string;
  /** Ends with an error after the text. */
  failure?: string;
}

const sky = `Sunlight holds every colour, and air does not treat them alike.

**Rayleigh scattering** sends short waves aside far more than long ones: its strength grows with the fourth power of the frequency,

$$ I \\propto \\frac{1}{\\lambda^4} $$

so blue ($\\lambda \\approx 450\\,\\text{nm}$) is scattered about \\(\\left(\\tfrac{700}{450}\\right)^4 \\approx 5.9\\) times as much as red.

### At noon and at dusk

| Sun | Way through the air | What reaches you |
|:----|--------------------:|:-----------------|
| high | about 10 km | white, from a blue sky |
| low | about 300 km | orange and red |

1. In the evening the light has a long way to go.
2. Most of its blue is gone before it arrives.
3. What is left is **red**.

> Violet is scattered even more, yet our eyes are less sensitive to it, and some of it is absorbed high up.`;

const code = `Compare the word with its reverse, once everything that is not a letter or digit is gone:

\`\`\`python
def is_palindrome(word: str) -> bool:
    """True if the word reads the same both ways."""
    letters = [c.lower() for c in word if c.isalnum()]
    return letters == letters[::-1]


assert is_palindrome("Never odd or even")
assert not is_palindrome("falconet")
\`\`\`

It takes $O(n)$ time. \`str.isalnum\` also accepts letters of other alphabets, so \`上海自来水来自海上\` works.`;

const chinese = `可以这样想：**“意味着什么”**要看语境。

1. 先列出已知条件；
2. 再逐步推导。

例如一元二次方程 $ax^2+bx+c=0$ 的解为

\\[ x = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a} \\]

> 判别式 $\\Delta = b^2-4ac$ 决定解的个数。

所以答案是 $\\boxed{x=2}$。`;

const diagram = `The way of a question:

\`\`\`mermaid
graph TD
  A[Question] --> B{Clear?}
  B -->|yes| C[Answer]
  B -->|no| D[Ask back]
  D --> A
\`\`\`

It ends with an answer.`;

const thinking = `The user asks a question of physics. Let me think about what matters.

The sky scatters light, and the strength depends on the wavelength, $1/\\lambda^4$. So blue is scattered more than red. At sunset the way through the air is longer.

I should give the law, one estimate, and a short table. Violet needs a word too, because people ask.`;

/** About 4,000 tokens of everything that Markdown has. */
export function longAnswer(): string {
  const parts = ["# A long answer"];
  for (let section = 1; section <= 20; section += 1) {
    parts.push(
      `## Part ${section}`,
      `This paragraph has **bold**, *italic*, \`code\` and a formula $x_{${section}}^2 + y^2$. `.repeat(5),
      `- first point of part ${section}\n- second point, with **weight**\n  - and one below it\n- third`,
      `| name | value |\n|---|---:|\n| alpha | ${section} |\n| beta | ${section * 7} |`,
      `\`\`\`typescript\nexport function part${section}(value: number): number {\n  // A comment of some length, so that lines differ.\n  const scaled = value * ${section};\n  return scaled > 100 ? scaled - 100 : scaled;\n}\n\`\`\``,
      `$$ \\sum_{k=1}^{${section}} k = \\frac{${section}(${section}+1)}{2} $$`,
    );
  }
  return parts.join("\n\n");
}

export function answerTo(question: string): MockAnswer {
  if (/fail/i.test(question)) {
    return { reasoning: "", content: "It begins", failure: "the model ran out of memory" };
  }
  if (/long/i.test(question)) return { reasoning: "", content: longAnswer() };
  if (/xss/i.test(question)) {
    return { reasoning: "", content: '<img src=x onerror="window.hacked=1"> [go](javascript:alert(1))' };
  }
  if (/diagram/i.test(question)) return { reasoning: "", content: diagram };
  if (/\p{Script=Han}/u.test(question)) return { reasoning: "用户用中文提问，我也用中文回答。先想一想条件。", content: chinese };
  if (/python|code|function/i.test(question)) return { reasoning: "", content: code };
  if (/sky|sunset|think/i.test(question)) return { reasoning: thinking, content: sky };
  return { reasoning: "", content: `You said: ${question}` };
}

/** Pieces as long as tokens are. */
export function tokensOf(text: string): string[] {
  return text.match(/\p{Script=Han}{1,2}|\s?[^\s\p{Script=Han}]{1,5}|\s/gu) ?? [];
}
