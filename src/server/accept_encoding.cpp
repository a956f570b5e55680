#include "server/accept_encoding.h"

#include <optional>

#include "base/strings.h"

namespace falconet {
namespace {

// Weights in thousandths: the header has three decimals.
constexpr int kFullWeight = 1000;

/// "0", "0.8", "1.000". What is no weight is 0: nobody gets what they have not clearly asked for.
int weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return 0;
  const std::string_view decimals = text.size() > 2 ? text.substr(2) : std::string_view();
  int weight = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const char digit = i < decimals.size() ? decimals[i] : '0';
    if (digit < '0' || digit > '9') return 0;
    weight = weight * 10 + (digit - '0');
  }
  if (text.front() == '1') return weight == 0 ? kFullWeight : 0;
  return text.front() == '0' ? weight : 0;
}

struct WeighedCoding {
  std::string name;
  int weight = kFullWeight;
};

/// "gzip;q=0.5"
WeighedCoding weighed_coding(std::string_view element) {
  const auto parts = split(element, ';');
  WeighedCoding coding{.name = to_lower(trim(parts.front()))};
  if (coding.name == "x-gzip") coding.name = "gzip";
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string parameter = to_lower(trim(parts[i]));
    if (parameter.starts_with("q=")) coding.weight = weight_of(parameter.substr(2));
  }
  return coding;
}

/// What the header says of a coding, by its name or else by "*".
std::optional<int> weight_in(std::string_view header, std::string_view name) {
  std::optional<int> of_any;
  for (const std::string_view element : split(header, ',')) {
    const WeighedCoding coding = weighed_coding(element);
    if (coding.name == name) return coding.weight;
    if (coding.name == "*") of_any = coding.weight;
  }
  return of_any;
}

}  // namespace

const char* content_coding_name(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::Identity: return "identity";
    case ContentCoding::Gzip: return "gzip";
    case ContentCoding::Brotli: return "br";
  }
  return "";
}

ContentCoding choose_coding(std::string_view accept_encoding,
                            std::span<const ContentCoding> available) {
  // Unnamed, identity is taken where nothing else is.
  ContentCoding best = ContentCoding::Identity;
  int best_weight = 0;
  for (const ContentCoding coding : available) {
    const int weight = weight_in(accept_encoding, content_coding_name(coding)).value_or(0);
    if (weight <= best_weight) continue;
    best = coding;
    best_weight = weight;
  }
  constexpr std::string_view kIdentity = "identity";
  const bool is_named = to_lower(accept_encoding).find(kIdentity) != std::string::npos;
  const int identity = is_named ? weight_in(accept_encoding, kIdentity).value_or(0) : 0;
  return identity > best_weight ? ContentCoding::Identity : best;
}

}  // namespace falconet
