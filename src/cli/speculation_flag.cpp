#include "cli/speculation_flag.h"

#include <algorithm>

#include "base/json.h"
#include "base/strings.h"

namespace falconet {
namespace {

// What agreed longer than this is not more likely to go on.
constexpr std::size_t kMaxLookup = 64;

Status check_keys(const Json& config) {
  static const std::vector<std::string> kKeys = {"method", "model", "num_speculative_tokens",
                                                 "prompt_lookup_max", "prompt_lookup_min"};
  for (const auto& [key, value] : config.items()) {
    if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
    return error(ErrorCode::InvalidArgument, "--speculative-config: \"", key,
                 "\" is unknown; expected ", join(kKeys, ", "));
  }
  return {};
}

/// Into `value`, if the key is there.
Status read_number(const Json& config, std::string_view key, std::size_t least, std::size_t most,
                   std::size_t& value) {
  const Json* member = find_member(config, key);
  if (member == nullptr) return {};
  const auto number = int_member(config, key);
  if (!number || *number < static_cast<std::int64_t>(least) ||
      *number > static_cast<std::int64_t>(most)) {
    return error(ErrorCode::InvalidArgument, "--speculative-config: \"", key,
                 "\" must be a number from ", least, " to ", most, "; found ", to_text(*member));
  }
  value = static_cast<std::size_t>(*number);
  return {};
}

/// Ngram unless a model is named.
Result<std::string> read_method(const Json& config) {
  const bool has_model = find_member(config, "model") != nullptr;
  const std::string fitting = has_model ? "draft_model" : "ngram";
  const Json* named = find_member(config, "method");
  if (named == nullptr || *named == fitting) return fitting;
  if (*named == "none") return std::string("none");
  if (*named == "draft_model") {
    return error(ErrorCode::InvalidArgument,
                 "--speculative-config: the method \"draft_model\" needs a \"model\"");
  }
  if (*named == "ngram") {
    return error(ErrorCode::InvalidArgument,
                 "--speculative-config: \"model\" is for the method \"draft_model\"; found "
                 "\"ngram\"");
  }
  return error(ErrorCode::Unsupported, "--speculative-config: the method ", to_text(*named),
               " is not one of ngram (what the text said before), draft_model (what a smaller "
               "model says, too) and none");
}

}  // namespace

Result<SpeculationFlag> parse_speculation(const std::string& text) {
  const auto config = parse_json(text);
  if (!config || !config->is_object()) {
    return error(ErrorCode::InvalidArgument, "--speculative-config ", text,
                 ": expected a JSON object, like {\"method\":\"ngram\"}",
                 config ? "" : cat("; ", config.error().message));
  }
  TRY(check_keys(*config));
  TRY_ASSIGN(const std::string method, read_method(*config));
  SpeculationFlag flag;
  if (method == "none") {
    flag.options = {};
    return flag;
  }
  if (method == "draft_model") {
    const auto name = string_member(*config, "model");
    if (!name || name->empty()) {
      return error(ErrorCode::InvalidArgument,
                   "--speculative-config: \"model\" must be a file or a name; found ",
                   to_text(*find_member(*config, "model")));
    }
    flag.model = *name;
  }
  SpeculationOptions& options = flag.options;
  TRY(read_number(*config, "num_speculative_tokens", 1, kMaxRowsWithDrafts - 1,
                  options.num_speculative_tokens));
  TRY(read_number(*config, "prompt_lookup_max", 2, kMaxLookup, options.prompt_lookup_max));
  options.prompt_lookup_min = std::min(options.prompt_lookup_min, options.prompt_lookup_max);
  TRY(read_number(*config, "prompt_lookup_min", 2, options.prompt_lookup_max,
                  options.prompt_lookup_min));
  return flag;
}

}  // namespace falconet
