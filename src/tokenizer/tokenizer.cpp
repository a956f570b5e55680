#include "tokenizer/tokenizer.h"

#include "base/unicode.h"
#include "tokenizer/tokenizer_impl.h"

namespace falconet {

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, EncodeOptions options) const {
  return impl_->encode(text, options);
}

std::string Tokenizer::decode(std::span<const TokenId> ids, SkipSpecial skip) const {
  // What a StreamDecoder would say, all at once.
  std::string bytes;
  bool is_at_start = true;
  for (const TokenId id : ids) {
    if (skip == SkipSpecial::Yes && is_special(id)) continue;
    const std::string_view added = impl_->decoder.bytes(id.value);
    bytes += is_at_start ? impl_->decoder.first_bytes(id.value) : added;
    is_at_start = is_at_start && added.empty();
  }
  return is_valid_utf8(bytes) ? bytes : to_valid_utf8(bytes);
}

int Tokenizer::vocab_size() const { return impl_->vocabulary.size(); }

std::string_view Tokenizer::token_bytes(TokenId id) const { return impl_->decoder.bytes(id.value); }

std::optional<TokenId> Tokenizer::find(std::string_view piece) const { return impl_->find(piece); }

std::string_view Tokenizer::piece(TokenId id) const { return impl_->vocabulary.spelling(id.value); }

bool Tokenizer::is_special(TokenId id) const {
  return id.value >= 0 && static_cast<std::size_t>(id.value) < impl_->is_special.size() &&
         impl_->is_special[static_cast<std::size_t>(id.value)];
}

std::optional<TokenId> Tokenizer::bos() const { return impl_->bos; }
std::optional<TokenId> Tokenizer::eos() const { return impl_->eos; }
std::span<const TokenId> Tokenizer::end_tokens() const { return impl_->end_tokens; }

}  // namespace falconet
