// Texts that people keep for asking again, with {{variables}} that the page fills in.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

constexpr std::size_t kMaxPrompts = 1000;
constexpr std::size_t kMaxPromptBytes = 256u << 10;

/// By name.
Result<std::vector<SavedPrompt>> prompts_of(Transaction& transaction, const UserId& user);

/// What is to be different; absent members stay as they are.
struct PromptChange {
  std::optional<std::string> name = {};
  std::optional<std::string> text = {};
};

/// Errors: InvalidArgument (name, text), Exhausted.
Result<SavedPrompt> create_prompt(Transaction& transaction, const UserId& user,
                                  const PromptChange& fields);

/// Errors: InvalidArgument, NotFound, also for another user's.
Result<SavedPrompt> update_prompt(Transaction& transaction, const UserId& user, const PromptId& id,
                                  const PromptChange& change);
Status delete_prompt(Transaction& transaction, const UserId& user, const PromptId& id);

}  // namespace falconet
