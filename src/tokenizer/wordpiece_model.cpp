#include "tokenizer/wordpiece_model.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {
namespace {

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    i += static_cast<std::size_t>(decode_utf8(text, i).num_bytes);
  }
  return count;
}

}  // namespace

WordPieceModel::WordPieceModel(const Vocabulary& vocabulary, WordPieceOptions options)
    : vocabulary_(vocabulary), options_(std::move(options)) {}

void WordPieceModel::encode(std::string_view word, std::vector<TokenId>& out) const {
  const std::size_t size_before = out.size();
  bool is_unknown = count_characters(word) > options_.max_characters;
  for (std::size_t start = 0; start < word.size() && !is_unknown;) {
    const Match match = longest_piece(
        word.substr(start), start == 0 ? options_.first_prefix : options_.continuation_prefix);
    is_unknown = match.id < 0;
    out.push_back(TokenId{match.id});
    start += match.num_bytes;
  }
  if (!is_unknown) return;
  out.resize(size_before);
  if (options_.unknown) out.push_back(TokenId{*options_.unknown});
}

WordPieceModel::Match WordPieceModel::longest_piece(std::string_view rest,
                                                    std::string_view prefix) const {
  std::string candidate(prefix);
  candidate += rest.substr(0, vocabulary_.longest_text());
  for (std::size_t size = candidate.size(); size > prefix.size(); --size) {
    const auto id = vocabulary_.find_text(std::string_view(candidate).substr(0, size));
    if (id) return {*id, size - prefix.size()};
  }
  return {};
}

}  // namespace falconet
