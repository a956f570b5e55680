// What has been changed because of what people said, told to all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

using ChangeId = RecordId<struct ChangeTag>;

struct PublishedChange {
  ChangeId id = {};
  std::int64_t published = 0;
  std::string en = {};
  std::string zh = {};
};

constexpr std::size_t kMaxChangeBytes = 2'000;

/// Errors: InvalidArgument (no text in one of the languages, or too long).
Result<PublishedChange> publish_change(Transaction& transaction, const std::string& en,
                                       const std::string& zh);

/// Newest first, `limit` at most.
Result<std::vector<PublishedChange>> published_changes(Transaction& transaction, int limit);

/// Errors: NotFound.
Status withdraw_change(Transaction& transaction, const ChangeId& id);

}  // namespace falconet
