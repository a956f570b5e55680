#include "base/unicode.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_impl.h"

namespace falconet {

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, SkipSpecial skip)
    : tokenizer_(&tokenizer), skip_(skip) {}

std::string StreamDecoder::push(TokenId id) {
  if (skip_ == SkipSpecial::Yes && tokenizer_->is_special(id)) return {};
  const PieceDecoder& decoder = tokenizer_->impl_->decoder;
  const std::string_view bytes = decoder.bytes(id.value);
  if (bytes.empty()) return {};
  pending_ += is_at_start_ ? decoder.first_bytes(id.value) : bytes;
  is_at_start_ = false;
  const std::size_t num_complete = pending_.size() - incomplete_utf8_suffix(pending_);
  std::string text = to_valid_utf8(std::string_view(pending_).substr(0, num_complete));
  pending_.erase(0, num_complete);
  return text;
}

std::string StreamDecoder::finish() {
  std::string text = to_valid_utf8(pending_);
  pending_.clear();
  is_at_start_ = true;
  return text;
}

}  // namespace falconet
