// Text that a grammar leaves no choice about, as the tokens a model would have written.
#pragma once

#include <string_view>
#include <vector>

#include "grammar/matcher.h"

namespace falconet {

/// The tokens that stand for the last token read and for what must follow it, spelled as the
/// vocabulary's tokenizer spells them after the text before. A last token that the tokenizer would
/// have made longer is replaced; at the end, tokens are left out that could become longer with what
/// may follow. Never more tokens than one and a token for each byte that is forced.
///
/// `last` is the text of the last token read. Empty where nothing is forced, or nothing but what
/// the model has to decide with what follows.
std::vector<TokenId> forced_tokens(GrammarMatcher& matcher, const TokenVocabulary& vocabulary,
                                   std::string_view last);

}  // namespace falconet
