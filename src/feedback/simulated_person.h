// One simulated participant: chats, rates, signals; the survey, interview and sample come after.
#pragma once

#include <array>

#include "base/random.h"
#include "feedback/simulation.h"

namespace falconet {

/// Who the person is; drawn once.
struct SimulatedTraits {
  std::int64_t number = 0;
  std::string id = {};
  std::string segment = {};
  bool is_chinese = false;
  bool is_talkative = false;
  bool gives_scores = false;  // 1 to 10 instead of thumbs
  double tendency = 0;        // added to the log-odds of a poor answer
};

class SimulatedPerson {
 public:
  /// Both outlive the person.
  SimulatedPerson(const SimulationSpec& spec, SimulatedTraits traits, Random random,
                  SimulatedStudy& out);

  void chat();
  void answer_survey();
  void give_interview();

 private:
  void converse(std::int64_t num_turns);
  StudyGeneration answer(std::int64_t turn, bool is_chinese);
  void draw_length(StudyGeneration& generation, std::int64_t turn);
  std::optional<IssueCategory> cause_of_failure(const StudyGeneration& generation);
  IssueCategory drawn_cause(const StudyGeneration& generation);
  void react(const StudyGeneration& generation, std::optional<IssueCategory> cause);
  void rate(const StudyGeneration& generation, std::optional<IssueCategory> cause);
  double drawn_value(bool is_poor);
  void add_signal(const StudyGeneration& generation, SignalKind kind, double chance);
  void annotate(const StudyGeneration& generation, std::optional<IssueCategory> cause);
  IssueCategory drawn_praise();
  bool happens(double chance) { return random_.uniform() < chance; }

  const SimulationSpec& spec_;
  SimulatedTraits traits_;
  Random random_;
  SimulatedStudy& out_;
  std::array<int, kIssueCategories.size()> met_ = {};  // poor answers by cause
  std::int64_t num_answers_ = 0;
  std::int64_t num_poor_ = 0;
  std::int64_t num_conversations_ = 0;
  std::int64_t base_tokens_ = 0;  // of the conversation's task
  UnixMillis now_ = 0;
};

}  // namespace falconet
