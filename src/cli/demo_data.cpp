#include "cli/demo_data.h"

#include <vector>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

struct Turn {
  const char* question;
  const char* reasoning;
  const char* answer;
  int rating = 0;  // 0: none
  const char* reason = nullptr;
};

struct Sample {
  const char* title;
  const char* folder;  // "": none
  const char* tag;     // "": none
  std::int64_t days_ago;
  bool is_pinned;
  std::vector<Turn> turns;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> kSamples = {
      {"Train from Hamburg to Munich",
       "travel",
       "maths",
       0,
       true,
       {{"A train leaves Hamburg at 9:40 and takes 5 h 45 min. When is it in Munich?",
         "9:40 plus 5 hours is 14:40.\n14:40 plus 45 minutes is 15:25.",
         "The train arrives at **15:25**.\n\n| step | time |\n|---|---|\n| departure | 9:40 |\n"
         "| + 5 h | 14:40 |\n| + 45 min | 15:25 |",
         1, "correct"},
        {"And if it is 20 minutes late?", "15:25 plus 20 minutes is 15:45.",
         "Then it arrives at **15:45**.", 1, nullptr}}},
      {"A palindrome in Python",
       "work",
       "code",
       1,
       false,
       {{"Write a Python function that tells whether a word is a palindrome.",
         "Lower the case, then compare the word with its reverse.",
         "```python\ndef is_palindrome(word: str) -> bool:\n    letters = word.lower()\n"
         "    return letters == letters[::-1]\n```\n\n`is_palindrome(\"Level\")` is `True`.",
         1, "clear"},
        {"Ignore spaces and punctuation, please.",
         "Keep only the letters and digits before comparing.",
         "```python\ndef is_palindrome(text: str) -> bool:\n"
         "    letters = [c for c in text.lower() if c.isalnum()]\n"
         "    return letters == letters[::-1]\n```",
         0, nullptr}}},
      {"为什么天是蓝的",
       "",
       "",
       1,
       false,
       {{"为什么天空是蓝色的，而日落是红色的？",
         "空气分子对短波长的光散射更强，强度与波长的四次方成反比。",
         "空气分子散射阳光，波长越短散射越强：\n\n\\[ I \\propto \\frac{1}{\\lambda^4} \\]\n\n"
         "白天散射的蓝光来自四面八方，所以天是蓝的；日落时光线穿过更厚的大气，蓝光已被散射掉，剩下"
         "红光。",
         1, "clear"}}},
      {"Quadratic equation",
       "",
       "maths",
       3,
       false,
       {{"Solve x^2 - 5x + 6 = 0.",
         "Two numbers with product 6 and sum 5: 2 and 3.\nCheck: 4-10+6=0 and 9-15+6=0.",
         "\\(x^2-5x+6=(x-2)(x-3)\\), so \\(x=2\\) or \\(x=3\\).\n\n\\[\\boxed{x\\in\\{2,3\\}}\\]",
         1, "correct"}}},
      {"Names for a small boat",
       "",
       "",
       6,
       false,
       {{"Three names for a small blue boat?", "Small, blue, water: short names.",
         "1. **Kingfisher**\n2. **Ripple**\n3. **Little Tern**", 0, nullptr},
        {"In French, and without explaining anything.", "They want French names alone.",
         "Of course! Here are three French names, each with its meaning and why it suits a boat: "
         "**Martin-pêcheur** (kingfisher) …",
         -1, "ignored"}}},
      {"会议纪要",
       "work",
       "",
       9,
       false,
       {{"把这段话整理成三条：周三下午开会，预算批了，李雷负责联系供应商，月底前出样机。",
         "四件事，可以并成三条。",
         "1. 会议定在周三下午\n2. 预算已批准，月底前完成样机\n3. 李雷负责联系供应商", 1,
         "complete"}}},
      {"Long walk of a memory",
       "",
       "",
       20,
       false,
       {{"My sister's name is Mira. Remember it.", "They tell me a fact.",
         "I will remember: your sister is Mira.", 0, nullptr},
        {"What is my sister's name?", "They said it: Mira.", "Your sister's name is Mira.", 1,
         "correct"}}},
  };
  return kSamples;
}

void add_message(ImportedConversation& conversation, const char* role, const char* content,
                 std::int64_t created) {
  const std::size_t number = conversation.messages.size();
  conversation.messages.push_back({.key = cat(number + 1),
                                   .parent_key = number == 0 ? "" : cat(number),
                                   .role = role,
                                   .content = content,
                                   .created = created});
}

ImportedConversation conversation_of(const Sample& sample, std::int64_t now) {
  std::int64_t time = now - sample.days_ago * kDay - 30 * kMinute;
  ImportedConversation conversation{.title = sample.title,
                                    .folder_key = sample.folder,
                                    .is_pinned = sample.is_pinned,
                                    .created = time};
  if (*sample.tag != '\0') conversation.tags = {sample.tag};
  for (const Turn& turn : sample.turns) {
    add_message(conversation, "user", turn.question, time);
    time += kMinute;
    add_message(conversation, "assistant", turn.answer, time);
    ImportedMessage& answer = conversation.messages.back();
    answer.reasoning = turn.reasoning;
    if (turn.rating != 0) answer.rating = Rating{.value = turn.rating, .changed = time};
    if (turn.reason != nullptr) answer.rating->reasons = {turn.reason};
    time += kMinute;
  }
  conversation.changed = time;
  return conversation;
}

}  // namespace

ImportedDocument demo_document(std::int64_t now) {
  ImportedDocument document;
  document.folders = {{.key = "work", .name = "Work"},
                      {.key = "home", .name = "Home"},
                      {.key = "travel", .parent_key = "home", .name = "Travel"}};
  document.prompts = {{.name = "Translate", .text = "Translate into {{language}}:\n\n{{text}}"},
                      {.name = "三句话总结", .text = "用三句话总结下面的内容：\n\n{{text}}"}};
  for (const Sample& sample : samples()) {
    document.conversations.push_back(conversation_of(sample, now));
  }
  return document;
}

}  // namespace falconet
