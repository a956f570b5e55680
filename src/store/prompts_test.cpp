#include "store/prompts.h"

#include "store/store_test.h"

namespace falconet {
namespace {

class PromptsOf : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Databases, PromptsOf, tested_databases(), database_name);

TEST_P(PromptsOf, AreKeptForTheirOwner) {
  const SavedPrompt made = write([&](Transaction& t) {
    return create_prompt(t, alice, {.name = "Sum", .text = "Sum up {{text}}"});
  });
  clock.milliseconds += 1000;
  write([&](Transaction& t) { return update_prompt(t, alice, made.id, {.name = "Summary"}); });
  const auto prompts = read([&](Transaction& t) { return prompts_of(t, alice); });
  ASSERT_EQ(prompts.size(), 1u);
  EXPECT_EQ(prompts[0].name, "Summary");
  EXPECT_EQ(prompts[0].text, "Sum up {{text}}");
  EXPECT_EQ(prompts[0].changed, clock.milliseconds);
  EXPECT_TRUE(read([&](Transaction& t) { return prompts_of(t, bob); }).empty());
  EXPECT_EQ(failure([&](Transaction& t) { return update_prompt(t, bob, made.id, {}); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_prompt(t, bob, made.id); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return create_prompt(t, alice, {.text = "x"}); }),
            ErrorCode::InvalidArgument);
  write([&](Transaction& t) { return delete_prompt(t, alice, made.id); });
  EXPECT_TRUE(read([&](Transaction& t) { return prompts_of(t, alice); }).empty());
}

}  // namespace
}  // namespace falconet
