// Two answers side by side, in English.
export const enPair = {
  title: "Two answers to your question",
  why: "Which is better? You are told whose they are afterwards. Judging is up to you: just write on if you like.",
  answer: (number: number) => `Answer ${number}`,
  goesOn: "Your next message follows this answer",
  goOn: "Go on from this one",
  verdict: "Which answer is better?",
  better: { left: "Answer 1", right: "Answer 2", tie: "No difference" },
  wait: "Both answers must be complete first.",
  thanks: "Thank you. You can change it.",
  takenBack: "Taken back.",
  show: "Show whose they are",
  named: (number: number, whose: string) => `Answer ${number}: ${whose}`,
  shown: "Whose they are",
};
