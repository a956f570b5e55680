// Answers over the API that had to be JSON or a tool call, and whether they were. No text is kept.
#pragma once

#include <string>
#include <vector>

#include "store/store.h"

namespace falconet {

struct StructuredAnswer {
  std::string id = {};       // given when it is added
  std::string caller = {};   // a digest: the same for the same key
  std::int64_t created = 0;  // given when it is added
  std::string model = {};
  std::string task = {};  // as the request names it; empty: it does not
  std::int64_t turn = 1;
  std::int64_t prompt_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t answer_tokens = 0;
  std::string finish_reason = {};
  double total_ms = 0;
  std::string outcome = {};     // of docs/feedback-data.md
  bool is_constrained = false;  // by a grammar
};

Status add_structured_answer(Transaction& transaction, const StructuredAnswer& answer);

/// Oldest first.
Result<std::vector<StructuredAnswer>> list_structured_answers(Transaction& transaction);

}  // namespace falconet
