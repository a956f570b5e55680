// Everything the page says, in the languages it speaks.

const english = {
  model: "Model",
  newChat: "New chat",
  greeting: "What would you like to know?",
  promise: "The model runs on this machine. Nothing you write leaves it.",
  examples: [
    "Why is the sky blue, and the sunset red?",
    "A train leaves at 9:40 and takes 2 h 35 min. When does it arrive?",
    "Write a Python function that tells whether a word is a palindrome.",
  ],
  placeholder: "Write a message",
  send: "Send",
  stop: "Stop",
  hint: "Enter sends, Shift + Enter starts a new line. Small models make mistakes: check what matters.",
  loading: "The model is still loading …",
  unreachable: "The server does not answer. Trying again …",
  waiting: "Waiting …",
  reading: (percent: number) => `Reading ${percent}%`,
  thinking: (time: string) => `Thinking for ${time}`,
  thought: (time: string) => `Thought for ${time}`,
  seconds: (count: number) => `${count} s`,
  minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  speed: (tokens: number, perSecond: string) => `${tokens} tokens · ${perSecond} tokens/s`,
  stopped: "stopped",
  cut: "cut off: the context is full",
  repeating: "ended, because it repeated itself",
  copy: "Copy",
  copied: "Copied",
  you: "You",
  assistant: "Model",
  done: "The answer is complete.",
  retry: "Try again",
};

export type Texts = typeof english;

const chinese: Texts = {
  model: "模型",
  newChat: "新对话",
  greeting: "想问点什么？",
  promise: "模型就在这台机器上运行，您写的内容不会离开它。",
  examples: [
    "天空为什么是蓝色的，晚霞为什么是红色的？",
    "火车 9:40 出发，行驶 2 小时 35 分钟，几点到达？",
    "写一个 Python 函数，判断一个单词是不是回文。",
  ],
  placeholder: "输入消息",
  send: "发送",
  stop: "停止",
  hint: "Enter 发送，Shift + Enter 换行。小模型会出错，重要内容请核实。",
  loading: "模型正在加载……",
  unreachable: "服务器没有响应，正在重试……",
  waiting: "等待中……",
  reading: (percent) => `正在阅读 ${percent}%`,
  thinking: (time) => `正在思考 ${time}`,
  thought: (time) => `思考了 ${time}`,
  seconds: (count) => `${count} 秒`,
  minutes: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
  speed: (tokens, perSecond) => `${tokens} 个词元 · 每秒 ${perSecond} 个`,
  stopped: "已停止",
  cut: "上下文已满，回答被截断",
  repeating: "因重复输出而结束",
  copy: "复制",
  copied: "已复制",
  you: "您",
  assistant: "模型",
  done: "回答完毕。",
  retry: "重试",
};

const isChinese = navigator.language.toLowerCase().startsWith("zh");

export const language = isChinese ? "zh-CN" : "en";
export const texts: Texts = isChinese ? chinese : english;

export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return texts.seconds(seconds);
  return texts.minutes(Math.floor(seconds / 60), seconds % 60);
}
