// Answers that their readers judged, as a training set needs them.
#pragma once

#include <string>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

struct JudgedAnswer {
  UserId user = {};
  MessageId id = {};
  MessageId question = {};
  std::string content = {};
  std::string better = {};  // what its reader wrote in its place
  int value = 0;            // 1 or −1
  std::optional<std::int64_t> score = {};
  std::string system = {};  // prompt of its conversation
};

/// All whole answers with a rating, in the order they were written; none of temporary chats.
Result<std::vector<JudgedAnswer>> judged_answers(Transaction& transaction);

}  // namespace falconet
