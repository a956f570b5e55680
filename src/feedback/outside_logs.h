// Logs and ratings of other systems, as the records of a study.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "feedback/feedback_folder.h"

namespace falconet {

enum class OutsideFormat { OpenAi, OpenWebUi };

/// Takes files of one kind, in any order, and gives what they hold. docs/feedback-data.md says what
/// is read of each. No message's text is kept: of a question only its language, and the comments
/// beside ratings, which the caller must redact. People are pseudonyms of what the files call them.
class OutsideLogs {
 public:
  /// Lines of requests and responses, or of OpenAI's batch files, whose inputs and outputs are
  /// matched by their custom_id. What is no answer is left out and named with its line.
  void add_openai(std::string_view text, const std::string& file_name);

  /// Open WebUI's export of feedback: one JSON array; entries are numbered from 1 where lines are
  /// elsewhere. Errors: InvalidArgument (not an array).
  Status add_open_webui(std::string_view text, const std::string& file_name);

  /// All of them, provenance `imported`. Errors: NotFound (not a single answer; the first bad lines
  /// are in the message).
  Result<FeedbackFolder> finish();

 private:
  struct Exchange {
    std::string file = {};
    std::int64_t number = 0;
    std::string custom_id = {};  // of a batch
    Json line = {};              // with what stands beside request and response
    Json request = {};           // null: it is in a batch's input, if anywhere
    Json response = {};
  };

  void reject(const std::string& file_name, std::int64_t number, std::string message);
  Status add_exchange(Exchange exchange);
  Status add_answer(const Exchange& exchange);
  Status add_feedback(const Json& entry);
  /// The pseudonym of whoever the files call so; they take part from now on.
  std::string person_called(const std::string& name);
  Status add_generation(StudyGeneration generation);

  FeedbackFolder out_;
  std::vector<Exchange> exchanges_;
  std::map<std::string, Json, std::less<>> inputs_;  // of batches, by custom_id
  std::set<std::string, std::less<>> people_;
  std::set<std::string, std::less<>> generations_;
  std::set<std::string, std::less<>> ratings_;
};

/// By how the text begins: an array is Open WebUI's.
OutsideFormat outside_format_of(std::string_view text);

}  // namespace falconet
