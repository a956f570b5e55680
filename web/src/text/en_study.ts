// What the page says to researchers, in English.
import { plural } from "./plural";

export const enStudy = {
  title: "Feedback",
  chance: "Ask about answers",
  chanceWhy: "Drawn by chance, so that shares can be trusted. Ratings that come by themselves lean to the bad.",
  chanceOf: (chance: number) =>
    chance === 0 ? "Never" : chance === 1 ? "Every answer" : `1 in ${Math.round(1 / chance)} answers`,
  empty: "Nobody has asked anything yet. What people say of answers will be here.",
  people: "People",
  ratedBy: (count: number) => `${plural(count, "has", "have")} rated`,
  answers: "Answers",
  ratings: "Ratings",
  ofProbes: (answered: number, shown: number) =>
    shown === 0 ? "nobody was asked" : `${answered} of ${shown} that were asked about`,
  poor: "Poor answers",
  basisProbes: "Shares rest on the answers that were asked about by chance, and count people.",
  basisAll: "Too few answers were asked about by chance: shares rest on whoever rated, and lean to one side.",
  findings: "Findings",
  report: "Download the report",
  noFindings: "Nothing that the data could carry yet. Few people say little, whatever they say.",
  categories: "What people speak of",
  category: "About",
  shareOfRated: "Of rated answers",
  reportedBy: "Complained",
  praisedBy: "Praised",
  of: (some: number, all: number) => `${some} of ${plural(all, "person", "people")}`,
  comments: "In their words",
  wasAsked: "was asked",
  categoryNames: {
    long_text: "Long texts",
    function_calling: "Function calls",
    style: "Style",
    memory: "Memory",
    reasoning: "Reasoning",
    factual: "Facts",
    speed: "Speed",
    formatting: "Formatting",
    refusal: "Refusals",
    safety: "Safety and ethics",
    other: "Other",
  },
};
