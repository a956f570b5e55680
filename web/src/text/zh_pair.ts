// 并排的两个回答，中文。
import type { enPair } from "./en_pair";

export const zhPair: typeof enPair = {
  title: "你的问题有两个回答",
  why: "哪个更好？判断之后才会告诉你各自来自谁。不判断也没关系，直接继续写就行。",
  answer: (number) => `回答 ${number}`,
  goesOn: "你的下一条消息接在这个回答之后",
  goOn: "从这个回答继续",
  verdict: "哪个回答更好？",
  better: { left: "回答 1", right: "回答 2", tie: "差不多" },
  wait: "要等两个回答都写完。",
  thanks: "谢谢，可以随时修改。",
  takenBack: "已撤回。",
  show: "看看各自来自谁",
  named: (number, whose) => `回答 ${number}：${whose}`,
  shown: "各自来自谁",
};
