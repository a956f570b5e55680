// Percent encoding of addresses (RFC 3986, section 2).
#pragma once

#include <string>
#include <string_view>

namespace falconet {

/// All bytes but unreserved characters (letters, digits, "-._~") and those in `kept` become "%41".
std::string percent_encode(std::string_view text, std::string_view kept = "");

/// "%41" becomes "A"; what is not a valid escape stays as it is.
std::string percent_decode(std::string_view text);

}  // namespace falconet
