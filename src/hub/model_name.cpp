#include "hub/model_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/strings.h"
#include "hub/short_names.h"

namespace falconet {
namespace {

std::string to_capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::optional<std::string_view> without_prefix(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

/// One part of a path that becomes a file name here and a part of an address there.
bool is_safe_part(std::string_view part) {
  if (part.empty() || part.front() == '.' || part.size() > 200) return false;
  return std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+=").find(c) != std::string_view::npos;
  });
}

bool is_gguf(std::string_view file) { return to_lower(file).ends_with(".gguf"); }

Error not_understood(std::string_view text, std::string_view reason) {
  return error(ErrorCode::InvalidArgument, "cannot understand the model name \"", text,
               "\": ", reason,
               ". A model is named by a path (./model.gguf), a repository (org/repo or "
               "org/repo:Q4_K_M), modelscope.cn/org/repo, an address (https://…/file.gguf) or a "
               "short name (deepseek-r1:1.5b)");
}

/// "org/repo[@revision][:quant]", "org/repo/file", "org/repo/resolve/revision/file" after the host.
Result<ModelName> parse_repository(ModelSource source, std::string_view rest,
                                   std::string_view text) {
  ModelName name{.source = source,
                 .revision = source == ModelSource::ModelScope ? "master" : "main"};
  rest = rest.substr(0, rest.find_first_of("?#"));
  while (rest.ends_with('/')) rest.remove_suffix(1);
  std::vector<std::string_view> parts = split(rest, '/');
  if (source == ModelSource::ModelScope && parts[0] == "models") {
    parts.erase(parts.begin());
  }
  if (const auto colon = parts.back().rfind(':'); colon != std::string_view::npos) {
    name.quant = to_capitals(parts.back().substr(colon + 1));
    parts.back() = parts.back().substr(0, colon);
    if (!is_safe_part(name.quant)) return not_understood(text, "nothing usable follows the colon");
    if (name.quant == "LATEST") name.quant.clear();
  }
  if (parts.size() < 2) return not_understood(text, "a repository has the form org/repo");
  if (const auto at = parts[1].find('@'); at != std::string_view::npos) {
    name.revision = parts[1].substr(at + 1);
    parts[1] = parts[1].substr(0, at);
  }
  std::size_t file_begins = 2;
  if (parts.size() > 3 && (parts[2] == "resolve" || parts[2] == "blob" || parts[2] == "tree")) {
    name.revision = parts[3];
    file_begins = 4;
  }
  for (const std::string_view part : parts) {
    if (!is_safe_part(part)) return not_understood(text, cat("\"", part, "\" is not a name"));
  }
  if (!is_safe_part(name.revision)) return not_understood(text, "the revision is not a name");
  name.repository = cat(parts[0], "/", parts[1]);
  for (std::size_t i = file_begins; i < parts.size(); ++i) {
    if (i > file_begins) name.file += '/';
    name.file += parts[i];
  }
  if (!name.file.empty() && !is_gguf(name.file)) {
    return not_understood(text, cat("\"", name.file, "\" is not a .gguf file"));
  }
  return name;
}

Result<ModelName> parse_url(std::string_view text) {
  const std::string_view after_scheme = text.substr(text.find("://") + 3);
  const std::string_view path = after_scheme.substr(0, after_scheme.find_first_of("?#"));
  const std::string_view host = path.substr(0, path.find('/'));
  if (host.empty() || path.find('/') == std::string_view::npos) {
    return not_understood(text, "the address names no file");
  }
  const std::string_view rest = path.substr(host.size() + 1);
  if (host == "huggingface.co" || host == "www.huggingface.co" || host == "hf.co") {
    return parse_repository(ModelSource::HuggingFace, rest, text);
  }
  if (host == "modelscope.cn" || host == "www.modelscope.cn") {
    return parse_repository(ModelSource::ModelScope, rest, text);
  }
  if (host.find('@') != std::string_view::npos) {
    return not_understood(text, "an address must not carry a password");
  }
  const std::string_view file = path.substr(path.rfind('/') + 1);
  if (!is_gguf(file) || !is_safe_part(file)) {
    return not_understood(text, "the address does not end in the name of a .gguf file");
  }
  return ModelName{.source = ModelSource::Url, .url = std::string(text), .file = std::string(file)};
}

/// "deepseek-r1:1.5b" or "deepseek-r1:1.5b-q8_0".
Result<ModelName> parse_short_name(std::string_view text) {
  const auto named = [](const ShortName& entry) {
    return ModelName{.source = ModelSource::HuggingFace,
                     .repository = std::string(entry.repository),
                     .revision = "main"};
  };
  if (const ShortName* entry = find_short_name(text)) {
    ModelName name = named(*entry);
    name.file = entry->file;
    return name;
  }
  if (const auto dash = text.rfind('-'); dash != std::string_view::npos) {
    const ShortName* entry = find_short_name(text.substr(0, dash));
    const std::string quant = to_capitals(text.substr(dash + 1));
    if (entry != nullptr && !quant.empty() && quant_of_file(quant) == quant) {
      ModelName name = named(*entry);
      name.quant = quant;
      return name;
    }
  }
  std::vector<std::string> known;
  for (const ShortName& entry : short_names()) known.emplace_back(entry.name);
  return error(ErrorCode::NotFound, "there is no model, file or short name \"", text,
               "\". Short names: ", join(known, ", "),
               ". Any other model is named by its repository, org/repo");
}

}  // namespace

Result<ModelName> parse_model_name(std::string_view text) {
  if (trim(text).empty() || trim(text) != text)
    return not_understood(text, "it is empty or has spaces around it");
  for (const std::string_view prefix : {"/", "./", "../", "~/"}) {
    if (text.starts_with(prefix)) return ModelName{.path = std::string(text)};
  }
  if (text == "." || text == "..") return ModelName{.path = std::string(text)};
  if (text.starts_with("https://") || text.starts_with("http://")) return parse_url(text);
  if (text.find("://") != std::string_view::npos) {
    return not_understood(text, "only http and https are known");
  }
  for (const std::string_view host : {"hf.co/", "huggingface.co/"}) {
    if (const auto rest = without_prefix(text, host)) {
      return parse_repository(ModelSource::HuggingFace, *rest, text);
    }
  }
  for (const std::string_view host : {"modelscope.cn/", "www.modelscope.cn/"}) {
    if (const auto rest = without_prefix(text, host)) {
      return parse_repository(ModelSource::ModelScope, *rest, text);
    }
  }
  if (text.find('/') != std::string_view::npos) {
    return parse_repository(ModelSource::HuggingFace, text, text);
  }
  if (is_gguf(text)) return ModelName{.path = std::string(text)};
  return parse_short_name(text);
}

std::string display_name(const ModelName& name) {
  if (name.source == ModelSource::Path) return name.path;
  if (name.source == ModelSource::Url) return name.url;
  const bool is_modelscope = name.source == ModelSource::ModelScope;
  const bool is_default_revision = name.revision == (is_modelscope ? "master" : "main");
  if (!is_modelscope && is_default_revision) {
    if (const ShortName* entry = find_short_name_of(name.repository, name.file)) {
      return std::string(entry->name);
    }
  }
  std::string out = cat(is_modelscope ? "modelscope.cn/" : "", name.repository);
  if (!is_default_revision) out += cat("@", name.revision);
  if (!name.file.empty()) return cat(out, "/", name.file);
  return name.quant.empty() ? out : cat(out, ":", name.quant);
}

std::string quant_of_file(std::string_view file) {
  const std::string text = to_capitals(file.substr(file.rfind('/') + 1));
  // Longer names first: "Q4_K" is the beginning of "Q4_K_M".
  constexpr std::array<std::string_view, 31> kQuants = {
      "IQ1_S",  "IQ1_M",  "IQ2_XXS", "IQ2_XS", "IQ2_S",  "IQ2_M", "IQ3_XXS", "IQ3_XS",
      "IQ3_S",  "IQ3_M",  "IQ4_NL",  "IQ4_XS", "Q2_K_L", "Q2_K",  "Q3_K_XL", "Q3_K_L",
      "Q3_K_M", "Q3_K_S", "Q4_K_L",  "Q4_K_M", "Q4_K_S", "Q4_0",  "Q4_1",    "Q5_K_L",
      "Q5_K_M", "Q5_K_S", "Q5_0",    "Q5_1",   "Q6_K_L", "Q6_K",  "Q8_0"};
  const auto is_word = [&](std::size_t at, std::size_t length) {
    const auto is_inner = [&](std::size_t i) {
      const char c = text[i];
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return (at == 0 || !is_inner(at - 1)) && (at + length == text.size() || !is_inner(at + length));
  };
  const auto contains = [&](std::string_view quant) {
    for (auto at = text.find(quant); at != std::string::npos; at = text.find(quant, at + 1)) {
      if (is_word(at, quant.size())) return true;
    }
    return false;
  };
  for (const std::string_view quant : kQuants) {
    if (contains(quant)) return std::string(quant);
  }
  for (const std::string_view quant : {"BF16", "F16", "FP16", "F32"}) {
    if (contains(quant)) return quant == "FP16" ? "F16" : std::string(quant);
  }
  return "";
}

}  // namespace falconet
