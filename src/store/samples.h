// Samples of answers that are looked at one by one: each item is a reference to an answer, with the
// chance that it had of being drawn.
#pragma once

#include "store/rubrics.h"

namespace falconet {

/// An answer that may be drawn, and what a design may ask about it.
struct SampleCandidate {
  GenerationId generation = {};  // the last that wrote the message
  MessageId message = {};
  UserId user = {};
  std::int64_t created = 0;
  std::string segment = {};  // the writer's first group
  std::string model = {};
  std::int64_t turn = 0;
  bool is_stopped = false;
  std::string finish_reason = {};
  std::optional<int> rating = {};
  std::string question_begin = {};  // tells its language
};

/// Complete and stopped answers from `from` to before `until` of people who consent, in chats that
/// are not temporary, by id.
Result<std::vector<SampleCandidate>> sample_candidates(Transaction& transaction, std::int64_t from,
                                                       std::int64_t until);

struct NewSampleItem {
  GenerationId generation = {};
  MessageId message = {};
  UserId user = {};
  std::string stratum = {};
  double probability = 0;
};

constexpr std::int64_t kMaxSamples = 500;
constexpr std::int64_t kMaxCodersPerItem = 9;
constexpr std::size_t kMaxSampleTitleBytes = 200;

struct NewSample {
  std::string title = {};
  Json design = Json::object();  // as it was asked for
  std::int64_t seed = 0;
  std::int64_t num_eligible = 0;
  std::int64_t coders_per_item = 2;
  bool has_categories = false;  // coders also tick the categories of problems
  std::vector<RubricVersion> rubrics = {};
  std::vector<NewSampleItem> items = {};
};

struct Sample {
  SampleId id = {};
  std::string title = {};
  Json design = Json::object();
  std::int64_t seed = 0;
  std::int64_t num_eligible = 0;
  std::int64_t coders_per_item = 2;
  bool has_categories = false;
  std::int64_t created = 0;
  std::vector<RubricVersion> rubrics = {};
  std::int64_t num_items = 0;
  std::int64_t num_codings = 0;  // that people have submitted, of num_items × coders_per_item
};

/// Errors: InvalidArgument (title, coders_per_item, no items, a probability outside (0, 1]),
/// NotFound (a rubric), Exhausted.
Result<Sample> create_sample(Transaction& transaction, const NewSample& fields);

/// Newest first.
Result<std::vector<Sample>> list_samples(Transaction& transaction);
/// Errors: NotFound, so all that follow.
Result<Sample> find_sample(Transaction& transaction, const SampleId& id);
/// With all that was said of its items.
Status delete_sample(Transaction& transaction, const SampleId& id);

struct SampleItem {
  SampleItemId id = {};
  SampleId sample = {};
  GenerationId generation = {};
  UserId user = {};
  std::string stratum = {};
  double probability = 0;
  std::int64_t num_codings = 0;  // that people have submitted
};

/// Of people who consent; in the order of their ids.
Result<std::vector<SampleItem>> items_of_sample(Transaction& transaction, const SampleId& id);
Result<SampleItem> find_sample_item(Transaction& transaction, const SampleItemId& id);

struct SpanMessage {
  std::string role = {};
  std::string content = {};
  std::string reasoning = {};
  std::vector<Attachment> attachments = {};
};

// Enough to understand most follow-up questions; what lies further back is nobody's to read.
constexpr int kMessagesBeforeQuestion = 2;

/// What a coder sees of an item: at most kMessagesBeforeQuestion messages, the question, the
/// answer. Errors: NotFound, also where its writer no longer consents or made the chat temporary.
Result<std::vector<SpanMessage>> span_of_item(Transaction& transaction, const SampleItem& item);

}  // namespace falconet
