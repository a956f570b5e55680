#include "tokenizer/tokenizer.h"

#include "base/unicode.h"
#include "tokenizer/tokenizer_impl.h"

namespace falconet {

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
  std::vector<TokenId> out;
  const bool adds = options.add_special == AddSpecial::Yes;
  if (adds) out = impl_->prefix;

  const auto accepts = [&](const AddedToken& token, bool is_normalized) {
    return token.is_normalized == is_normalized &&
           (!token.is_special || options.parse_special == ParseSpecial::Yes);
  };
  bool is_first = true;
  // Added tokens are cut out of the raw text, then out of the normalized text between them.
  const auto encode_between = [&](std::string_view segment) {
    if (segment.empty()) return;
    const std::string normalized = normalize(impl_->normalizers, segment);
    std::size_t start = 0;
    while (start < normalized.size()) {
      const auto hit = impl_->added.find(normalized, start,
                                         [&](const AddedToken& t) { return accepts(t, true); });
      const std::size_t end = hit ? hit->begin : normalized.size();
      if (end > start) {
        impl_->encode_segment(std::string_view(normalized).substr(start, end - start), is_first,
                              out);
      }
      is_first = false;
      if (!hit) break;
      out.push_back(hit->token->id);
      start = hit->end;
    }
  };
  std::size_t start = 0;
  while (start <= text.size()) {
    const auto hit =
        impl_->added.find(text, start, [&](const AddedToken& t) { return accepts(t, false); });
    encode_between(text.substr(start, (hit ? hit->begin : text.size()) - start));
    if (!hit) break;
    is_first = false;
    out.push_back(hit->token->id);
    start = hit->end;
  }
  if (adds) out.insert(out.end(), impl_->suffix.begin(), impl_->suffix.end());
  return out;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, SkipSpecial skip) const {
  StreamDecoder decoder(*this, skip);
  std::string text;
  for (const TokenId id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

int Tokenizer::vocab_size() const { return static_cast<int>(impl_->pieces.size()); }

std::string_view Tokenizer::token_bytes(TokenId id) const {
  if (id.value < 0 || id.value >= vocab_size()) return {};
  return impl_->bytes[static_cast<std::size_t>(id.value)];
}

std::optional<TokenId> Tokenizer::find(std::string_view piece) const { return impl_->find(piece); }

std::string_view Tokenizer::piece(TokenId id) const {
  if (id.value < 0 || id.value >= vocab_size()) return {};
  return impl_->pieces[static_cast<std::size_t>(id.value)];
}

bool Tokenizer::is_special(TokenId id) const {
  return id.value >= 0 && id.value < vocab_size() &&
         impl_->is_special[static_cast<std::size_t>(id.value)];
}

std::optional<TokenId> Tokenizer::bos() const { return impl_->bos; }
std::optional<TokenId> Tokenizer::eos() const { return impl_->eos; }
std::span<const TokenId> Tokenizer::end_tokens() const { return impl_->end_tokens; }

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, SkipSpecial skip)
    : tokenizer_(&tokenizer), skip_(skip) {}

std::string StreamDecoder::push(TokenId id) {
  if (skip_ == SkipSpecial::Yes && tokenizer_->is_special(id)) return {};
  std::string_view bytes = tokenizer_->token_bytes(id);
  if (is_at_start_ && !bytes.empty()) {
    is_at_start_ = false;
    if (tokenizer_->impl_->strips_first_space && bytes.starts_with(' ')) bytes.remove_prefix(1);
  }
  pending_ += bytes;
  const std::size_t complete = pending_.size() - incomplete_utf8_suffix(pending_);
  std::string text = to_valid_utf8(std::string_view(pending_).substr(0, complete));
  pending_.erase(0, complete);
  return text;
}

std::string StreamDecoder::finish() {
  std::string text = to_valid_utf8(pending_);
  pending_.clear();
  is_at_start_ = true;
  return text;
}

}  // namespace falconet
