// Answers that people praised or corrected, as examples to fine-tune a model on: with consent only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace falconet {

// A score from which on an answer is one to learn from.
constexpr std::int64_t kExemplaryScore = 8;

// The setting in which a person agrees that their chats are used to improve the model; the scope
// fine_tuning of a study that they take part in says the same.
constexpr const char* kMayTrainSetting = "mayTrain";

/// JSON lines in the forms that TRL reads (conversational "language modeling" and "preference",
/// huggingface.co/docs/trl, "Dataset formats"): {"messages": […]}, and {"prompt": […],
/// "chosen": […], "rejected": […]}. Personal data is replaced by marks (pii_redaction.h), and
/// nothing in them tells whose they were.
struct TrainingExamples {
  std::vector<std::string> chats = {};        // for supervised fine-tuning
  std::vector<std::string> preferences = {};  // for DPO
  std::int64_t num_without_consent = 0;       // judged answers that were left out
  std::int64_t num_with_files = 0;            // likewise: what was attached is not a message
};

/// A chat ends in the answer that its reader wrote ("a better answer"), or praised (thumb up, and a
/// score of kExemplaryScore at least if there is one). A preference is a reader's better answer
/// over the one that they corrected, or the praised one of two answers to a question over the one
/// that was not. Temporary chats stay out; reasoning is no part of an example. Errors: those of
/// execute().
Result<TrainingExamples> training_examples(Transaction& transaction);

}  // namespace falconet
