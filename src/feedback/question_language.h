// Which language a question is in, as far as figures tell languages apart.
#pragma once

#include <string>
#include <string_view>

namespace falconet {

/// "zh" where a character of three bytes stands for at least every fifth of the letters; "en".
std::string question_language(std::string_view text);

}  // namespace falconet
