// A vocabulary for tests: every byte, and tokens that run over the seams of JSON texts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grammar/token_vocabulary.h"

namespace falconet {

inline std::vector<std::string> test_token_bytes() {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  for (const char* text :
       {"{\"",      "\":",    "\":\"", "\",\"",     "\"}",  "\"},{\"",  "\"],\"", "]}",
        "},",       "},{",    "[{\"",  "[[",        "]]",   ",\"",      ":1",     ":[",
        "\":[",     "\":{\"", "true",  "false",     "null", "tr",       "ue",     "12",
        "123",      "0.",     ".5",    "00",        "-1",   "-",        "1e",     "abc",
        "ab",       "foo",    "name",  "\"name\":", "id",   "\"id\"",   "  ",     "\n  ",
        " \"",      ", ",     ": ",    "é",         "日本", "😀",        "\\n",    "\\u00",
        "\\\"",     "\",",    "a\"",   "a\":1,\"b", "b\":", "x\",\"y",  "2020",   "-01-",
        "T10:",     "@",      ".com",  "http://",   "/a",   "\xE6\x97", "\xA5",   "\xF0\x9F",
        "\x98\x80", "1,2",    ",1",    "1]",        "1,\"", "aa",       "aaa",    "zz"}) {
    tokens.emplace_back(text);
  }
  tokens.emplace_back();  // the end token, whose bytes take no part
  return tokens;
}

inline std::shared_ptr<const TokenVocabulary> test_vocabulary() {
  std::vector<std::string> tokens = test_token_bytes();
  const TokenId end{static_cast<std::int32_t>(tokens.size()) - 1};
  return std::make_shared<const TokenVocabulary>(std::move(tokens), std::vector<TokenId>{end});
}

}  // namespace falconet
