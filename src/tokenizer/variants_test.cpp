// Small tokenizers that between them use every part of tokenizer.json.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_test.h"

namespace falconet {
namespace {

const Json& field_or(const Json& object, const char* name, const Json& fallback) {
  const Json* field = find_member(object, name);
  return field == nullptr ? fallback : *field;
}

void check_case(const Tokenizer& tokenizer, const std::string& text, const Json& golden) {
  const auto ids = ids_of(golden["ids"]);
  const auto ids_special = ids_of(field_or(golden, "ids_special", golden["ids"]));
  EXPECT_EQ(tokenizer.encode(text, {AddSpecial::No}), ids);
  EXPECT_EQ(tokenizer.encode(text), ids_special);
  const Json* decoded = find_member(golden, "decoded");
  if (decoded == nullptr) return;
  EXPECT_EQ(tokenizer.decode(ids), decoded->get<std::string>());
  EXPECT_EQ(tokenizer.decode(ids_special, SkipSpecial::Yes),
            field_or(golden, "decoded_skip_special", *decoded).get<std::string>());
}

// Oracle: the Hugging Face tokenizers library, by scripts/make_tokenizer_golden.py.
TEST(Tokenizer, DoesWithEveryPartOfTokenizerJsonWhatTheReferenceDoes) {
  const auto file = read_file(
      std::filesystem::path(FALCONET_SOURCE_DIR) / "src/tokenizer/testdata/tokenizer_variants.json",
      1u << 24);
  ASSERT_TRUE(file) << file.error().message;
  const Json goldens = parse_json(*file).value();
  for (const Json& variant : goldens["variants"]) {
    SCOPED_TRACE(variant["name"].get<std::string>());
    Json json = variant["file"];
    json["model"] = goldens["models"][variant["model"].get<std::string>()];
    const auto tokenizer = Tokenizer::from_huggingface(to_text(json), Json());
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    ASSERT_EQ(variant["cases"].size(), goldens["texts"].size());
    for (std::size_t i = 0; i < variant["cases"].size(); ++i) {
      const auto text = goldens["texts"][i].get<std::string>();
      SCOPED_TRACE(testing::PrintToString(text));
      check_case(*tokenizer, text, variant["cases"][i]);
    }
  }
}

}  // namespace
}  // namespace falconet
