#include "store/search.h"

#include "store/folders.h"
#include "store/generations.h"
#include "store/store_test.h"

namespace falconet {
namespace {

/// "plain[hit]plain".
std::string shown(const std::vector<SnippetPart>& snippet) {
  std::string text;
  for (const SnippetPart& part : snippet)
    text += part.is_hit ? cat("[", part.text, "]") : part.text;
  return text;
}

std::string snippet(std::string_view text, std::string_view words) {
  return shown(make_snippet(text, search_terms(words)));
}

TEST(SearchText, CutsWordsAndCharacters) {
  EXPECT_EQ(search_tokens("The KV-cache, naïve Ünïcode 2x!"), "the kv cache naive unicode 2x");
  EXPECT_EQ(search_tokens("机器学习"), "机器 器学 学习 机 器 学 习");
  EXPECT_EQ(search_tokens("用GPU跑，很快"), "用 gpu 跑 很快 很 快");
  EXPECT_EQ(search_tokens("ＡＢＣ ﬁne"), "abc fine");
  EXPECT_EQ(search_tokens(" +++ \xFF\xFE ... "), "");
  EXPECT_EQ(search_tokens("東京タワー"), "東京 京タ タワ ワー 東 京 タ ワ ー");
}

TEST(SearchText, ShowsWhereTheHitsAre) {
  EXPECT_EQ(snippet("The Cat sat on the catalogue.", "cat"), "The [Cat] sat on the [catalogue].");
  EXPECT_EQ(snippet("我喜欢机器学习和学习机器", "机器学习"), "我喜欢[机器学习]和学习机器");
  EXPECT_EQ(snippet("naïve", "NAIVE"), "[naïve]");
  EXPECT_EQ(snippet("nothing here", "absent"), "nothing here");
  EXPECT_EQ(snippet("", "absent"), "");
}

TEST(SearchText, CutsLongTextsAtWholeCharacters) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "长";
  const std::string cut = snippet(text + "目标" + text, "目标");
  EXPECT_TRUE(cut.starts_with("…长"));
  EXPECT_TRUE(cut.ends_with("长…"));
  EXPECT_NE(cut.find("[目标]"), std::string::npos);
  EXPECT_LT(cut.size(), 300u);
}

TEST(SearchQuery, TellsConditionsFromWords) {
  const SearchQuery query =
      parse_search_query(R"(gpu tag:x folder:"My work" pinned:true 显存 before:2026-01-31 a:b)")
          .value();
  EXPECT_EQ(query.tags, std::vector<std::string>{"x"});
  EXPECT_EQ(query.folder, "My work");
  EXPECT_EQ(query.is_pinned, true);
  EXPECT_EQ(query.before, 1'769'817'600'000);
  EXPECT_FALSE(query.since);
  ASSERT_EQ(query.terms.size(), 4u);
  EXPECT_EQ(query.terms[1].units, (std::vector<std::string>{"显", "存"}));
  EXPECT_EQ(query.terms[2].units, std::vector<std::string>{"a"});
  for (const char* wrong : {"before:yesterday", "after:2026-02-30", "pinned:maybe"}) {
    EXPECT_FALSE(parse_search_query(wrong)) << wrong;
  }
  EXPECT_FALSE(parse_search_query(std::string(kMaxQueryBytes + 1, 'x')));
}

class SearchOf : public StoreTest {
 protected:
  SearchPage find(const std::string& text, const std::string& cursor = "", int limit = 30) {
    const SearchQuery query = parse_search_query(text).value();
    return read([&](Transaction& t) { return search(t, alice, query, cursor, limit); });
  }
  std::string hits(const std::string& text) {
    std::string all;
    for (const SearchHit& hit : find(text).hits) {
      all += cat(all.empty() ? "" : " | ", shown(hit.snippet));
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, SearchOf, tested_databases(), database_name);

TEST_P(SearchOf, FindsWordsInBothLanguages) {
  const Conversation english = new_conversation({.title = "Gardening"});
  say(english, "How do I prune an apple tree?");
  const Conversation chinese = new_conversation();
  const Message message = say(chinese, "怎么修剪苹果树？显存不够怎么办");
  EXPECT_EQ(hits("apple"), "How do I prune an [apple] tree?");
  EXPECT_EQ(hits("PRUNE tre"), "How do I [prune] an apple [tree]?");
  EXPECT_EQ(hits("prune pear"), "");
  EXPECT_EQ(hits("garden"), "[Gardening]");
  EXPECT_EQ(hits("苹果"), "怎么修剪[苹果]树？显存不够怎么办");
  EXPECT_EQ(hits("显存 修剪"), "怎么[修剪]苹果树？[显存]不够怎么办");
  EXPECT_EQ(hits("树"), "怎么修剪苹果[树]？显存不够怎么办");
  EXPECT_EQ(hits("苹树"), "") << "two characters that do not stand together";
  EXPECT_EQ(hits("果显"), "");
  const SearchPage page = find("苹果树");
  ASSERT_EQ(page.hits.size(), 1u);
  EXPECT_EQ(page.hits[0].conversation.id, chinese.id);
  EXPECT_EQ(page.hits[0].message_id, message.id);
  EXPECT_FALSE(find("gardening").hits[0].message_id);
}

TEST_P(SearchOf, TakesAnyInputForWords) {
  say(new_conversation(), "it's \"quoted\" AND (bracketed) OR not*");
  EXPECT_EQ(find("\"quoted").hits.size(), 1u);
  EXPECT_EQ(find("AND OR NOT").hits.size(), 1u);
  EXPECT_EQ(find("it's (bracketed) * ^ : -").hits.size(), 1u);
  EXPECT_EQ(find("***").hits.size(), 0u);
  EXPECT_EQ(find("'; DROP TABLE users; --").hits.size(), 0u);
}

TEST_P(SearchOf, KnowsConditions) {
  const Folder work =
      write([&](Transaction& t) { return create_folder(t, alice, {.name = "My Work"}); });
  clock.milliseconds = 1'767'225'600'000;  // 2026-01-01
  say(new_conversation({.title = "first", .tags = {{"x"}}}), "needle one");
  clock.milliseconds = 1'769'904'000'000;  // 2026-02-01
  say(new_conversation({.title = "second", .folder_id = work.id, .is_pinned = true}), "needle two");
  say(new_conversation({.title = "third", .is_archived = true}), "needle three");
  say(new_conversation({.is_temporary = true}), "needle four");
  EXPECT_EQ(find("needle").hits.size(), 3u);
  EXPECT_EQ(hits("needle tag:x"), "[needle] one");
  EXPECT_EQ(hits("needle folder:\"my work\""), "[needle] two");
  EXPECT_EQ(hits("needle folder:nowhere"), "");
  EXPECT_EQ(hits("needle archived:true"), "[needle] three");
  EXPECT_EQ(hits("needle before:2026-01-31"), "[needle] one");
  EXPECT_EQ(hits("needle after:2026-02-01 pinned:true"), "[needle] two");
  EXPECT_EQ(hits("archived:false"), "second | first") << "conditions alone list conversations";
}

TEST_P(SearchOf, FollowsWhatChanges) {
  const Conversation conversation = new_conversation({.title = "Old name"});
  const Message question = say(conversation, "vanishing words");
  write([&](Transaction& t) {
    return update_conversation(t, alice, conversation.id, {.title = "New name"});
  });
  EXPECT_EQ(hits("old"), "");
  EXPECT_EQ(hits("new"), "[New] name");
  const auto started = write([&](Transaction& t) {
    return start_generation(t, alice,
                            {.conversation_id = conversation.id, .parent_id = question.id});
  });
  write([&](Transaction& t) {
    return finish_generation(t, alice, {.id = started.record.id, .content = "an eloquent answer"});
  });
  EXPECT_EQ(hits("eloquent"), "an [eloquent] answer");
  write([&](Transaction& t) { return delete_message(t, alice, question.id); });
  EXPECT_EQ(hits("eloquent"), "") << "deleted with the question above it";
  write([&](Transaction& t) { return delete_conversation(t, alice, conversation.id); });
  EXPECT_EQ(hits("name"), "");
}

TEST_P(SearchOf, ComesInPages) {
  const Conversation conversation = new_conversation();
  for (int i = 0; i < 5; ++i) say(conversation, cat("word ", i));
  std::string all;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const SearchPage found = find("word", cursor, 2);
    for (const SearchHit& hit : found.hits) all += shown(hit.snippet) + ";";
    EXPECT_EQ(found.next.has_value(), page < 2);
    cursor = found.next.value_or("");
  }
  EXPECT_EQ(all, "[word] 4;[word] 3;[word] 2;[word] 1;[word] 0;");
}

// More documents than PostgreSQL looks through before it asks its index, and a word that is in more
// of them than it gathers.
TEST_P(SearchOf, FindsFrequentAndRareWordsAmongManyDocuments) {
  const Conversation conversation = new_conversation();
  const auto add = [&](int count, const char* tokens) {
    write([&](Transaction& t) {
      return t.execute(
          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
          "INSERT INTO search_documents (conversation_id, message_id, tokens) "
          "SELECT CAST(? AS TEXT), NULL, CAST(? AS TEXT) FROM n",
          count, conversation.id, tokens);
    });
  };
  add(1, "seldom");
  add(5200, "often");
  add(1, "seldom often");
  add(2100, "filler");
  const auto num_found = [&](const std::string& words) {
    std::size_t count = 0;
    std::string cursor;
    do {
      const SearchPage page = read([&](Transaction& t) {
        return search(t, alice, parse_search_query(words).value(), cursor, 1000);
      });
      count += page.hits.size();
      cursor = page.next.value_or("");
    } while (!cursor.empty());
    return count;
  };
  EXPECT_EQ(num_found("filler"), 2100u);
  EXPECT_EQ(num_found("often"), 5201u);
  EXPECT_EQ(num_found("seldom"), 2u);
  EXPECT_EQ(num_found("seldom often"), 1u);
  EXPECT_EQ(num_found("nowhere"), 0u);
}

TEST_P(SearchOf, OfOthersFindsNothing) {
  say(new_conversation({.title = "diary"}), "secret");
  const SearchQuery query = parse_search_query("secret").value();
  EXPECT_EQ(read([&](Transaction& t) { return search(t, bob, query, "", 10); }).hits.size(), 0u);
  const SearchQuery all = parse_search_query("").value();
  EXPECT_EQ(read([&](Transaction& t) { return search(t, bob, all, "", 10); }).hits.size(), 0u);
}

// PostgreSQL's index has limits of its own: 16,383 places, and a MiB.
TEST_P(SearchOf, FindsWhatStandsFarBackInLongMessages) {
  std::string words;
  std::string characters = "知识产权法 ";
  for (int i = 0; i < 120'000; ++i) words += cat("word", i, " ");
  for (int i = 0; i < 20'000; ++i) characters += "树 ";
  words += "needle 苹果树";
  characters += "产权 识产 知识产业";
  const Conversation conversation = new_conversation();
  say(conversation, words);
  EXPECT_EQ(find("needle").hits.size(), 1u);
  EXPECT_EQ(find("needl word119999").hits.size(), 1u);
  EXPECT_EQ(find("苹果树").hits.size(), 1u);
  EXPECT_EQ(find("苹树").hits.size(), 0u);
  EXPECT_EQ(find("needles").hits.size(), 0u);
  say(conversation, characters);
  EXPECT_EQ(find("知识产业").hits.size(), 1u);
  EXPECT_EQ(find("识产权法").hits.size(), 1u);
  EXPECT_EQ(find("识产业法").hits.size(), 0u) << "its pairs occur, but not together";
}

}  // namespace
}  // namespace falconet
