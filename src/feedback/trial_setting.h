// One side of a trial: what is said to the model besides an item's own messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "completion/completer.h"
#include "feedback/trial_items.h"

namespace falconet {

// An answer that runs on would hold up all others.
constexpr std::int64_t kUsualTrialTokens = 1024;

enum class TrialOutput { Free, AnyJson, Schema };

struct TrialSetting {
  std::string system = {};
  SamplingOptions sampling = {};
  StopOptions stopping = {.max_tokens = kUsualTrialTokens};
  TrialOutput output = TrialOutput::Free;
  std::optional<bool> is_thinking = {};
};

/// Of "temperature=0", "system=…", "thinking=on" or "off", "output=free", "json" or "schema", and
/// what set_named_parameter() knows. Errors: InvalidArgument.
Result<TrialSetting> trial_setting_of(const std::vector<std::string>& pairs);

/// The same as an object: {"temperature": 0, "system": "…"}. Errors: InvalidArgument.
Result<TrialSetting> trial_setting_of_json(const Json& members);

/// `seed`: where the setting names none. Errors: InvalidArgument (output by a schema that the item
/// does not have).
Result<CompletionRequest> trial_request(const TrialItem& item, const TrialSetting& setting,
                                        std::uint64_t seed);

}  // namespace falconet
