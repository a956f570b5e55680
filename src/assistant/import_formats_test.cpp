#include "assistant/import_formats.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

/// "key<parent role:content (reasoning)" of each message.
std::string shown_tree(const ImportedConversation& conversation) {
  std::string text;
  for (const ImportedMessage& message : conversation.messages) {
    text += cat(text.empty() ? "" : " | ", message.key, "<", message.parent_key, " ", message.role,
                ":", message.content);
    if (!message.reasoning.empty()) text += cat(" (", message.reasoning, ")");
  }
  return text;
}

ImportedDocument read(std::string_view json) {
  auto document = read_import(parse_json(json).value());
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return document ? *std::move(document) : ImportedDocument{};
}

TEST(ImportFormats, ReadsChatGpt) {
  const ImportedDocument document = read(R"([{
    "title": "Sums", "create_time": 1700000000.5, "update_time": 1700000100, "current_node": "d",
    "mapping": {
      "root": {"id": "root", "message": null, "parent": null, "children": ["s"]},
      "s": {"parent": "root", "message": {"author": {"role": "system"},
            "content": {"content_type": "text", "parts": [""]}}},
      "a": {"parent": "s", "message": {"author": {"role": "user"}, "create_time": 1700000001,
            "content": {"content_type": "text", "parts": ["2+2?"]}}},
      "t": {"parent": "a", "message": {"author": {"role": "assistant"},
            "content": {"content_type": "thoughts", "thoughts": [{"content": "Easy."}]}}},
      "b": {"parent": "t", "message": {"author": {"role": "assistant"}, "create_time": 1700000002,
            "content": {"content_type": "text", "parts": ["4"]}}},
      "c": {"parent": "s", "message": {"author": {"role": "user"}, "create_time": 1700000003,
            "content": {"content_type": "multimodal_text", "parts": [{"asset": "x"}, "3+3?"]}}},
      "d": {"parent": "c", "message": {"author": {"role": "tool"},
            "content": {"content_type": "text", "parts": ["searching"]}}}
    }}, {"title": "Empty", "mapping": {}}])");
  ASSERT_EQ(document.conversations.size(), 1u);
  const ImportedConversation& sums = document.conversations.front();
  EXPECT_EQ(sums.title, "Sums");
  EXPECT_EQ(sums.created, 1'700'000'000'500);
  EXPECT_EQ(shown_tree(sums), "a< user:2+2? | c< user:3+3? | b<a assistant:4 (Easy.)");
  EXPECT_EQ(sums.leaf_key, "c");
  ASSERT_EQ(document.problems.size(), 1u);
  EXPECT_EQ(document.problems[0], "conversation 2 ('Empty') has no message to read");
}

TEST(ImportFormats, ReadsOpenWebUi) {
  const ImportedDocument document = read(R"([{
    "id": "1", "title": "Hello", "created_at": 1700000000, "updated_at": 1700000100,
    "pinned": true, "meta": {"tags": ["maths"]},
    "chat": {"history": {"currentId": "b", "messages": {
      "b": {"id": "b", "parentId": "a", "role": "assistant", "timestamp": 1700000002,
            "content": "<details type=\"reasoning\" done=\"true\">\n<summary>Thought</summary>\n> One.\n> Two.\n</details>\nHello!"},
      "a": {"id": "a", "parentId": null, "role": "user", "content": "Hi", "timestamp": 1700000001}
    }}}}])");
  ASSERT_EQ(document.conversations.size(), 1u);
  const ImportedConversation& hello = document.conversations.front();
  EXPECT_EQ(shown_tree(hello), "a< user:Hi | b<a assistant:Hello! (One.\nTwo.)");
  EXPECT_TRUE(hello.is_pinned);
  EXPECT_EQ(hello.tags, std::vector<std::string>{"maths"});
  EXPECT_EQ(hello.changed, 1'700'000'100'000);
}

TEST(ImportFormats, ReadsItsOwn) {
  const ImportedDocument document = read(R"({"format": "falconet", "version": 1, "conversations": [
    {"title": "T", "tags": ["x"], "parameters": {"top_k": 1}, "leaf_id": "1", "created": 5,
     "changed": 6, "messages": [
       {"id": "1", "parent_id": null, "role": "user", "content": "q", "created": 5,
        "attachments": [{"name": "n", "text": "t"}]},
       {"id": "2", "parent_id": "1", "role": "assistant", "content": "a", "reasoning": "r",
        "rating": {"value": -1, "reasons": ["wrong"], "comment": "no", "changed": 7,
          "score": 3, "better": "yes", "marks": [{"exact": "w", "prefix": "", "suffix": "x"}, 4]}}]}],
    "folders": [{"id": "f2", "parent_id": "f1", "name": "in"}, {"id": "f1", "parent_id": null}],
    "prompts": [{"name": "p", "text": "x"}, 5]})");
  ASSERT_EQ(document.folders.size(), 2u);
  EXPECT_EQ(document.folders[0].parent_key, "f1");
  ASSERT_EQ(document.prompts.size(), 1u);
  ASSERT_EQ(document.conversations.size(), 1u);
  const ImportedConversation& own = document.conversations.front();
  EXPECT_EQ(shown_tree(own), "1< user:q | 2<1 assistant:a (r)");
  EXPECT_EQ(own.messages[0].attachments[0].text, "t");
  EXPECT_EQ(own.parameters, (Json{{"top_k", 1}}));
  EXPECT_EQ(own.leaf_key, "1");
  EXPECT_FALSE(own.messages[0].rating);
  EXPECT_EQ(own.messages[1].rating.value().comment, "no");
  EXPECT_EQ(own.messages[1].rating.value().changed, 7);
  EXPECT_EQ(own.messages[1].rating.value().score, 3);
  EXPECT_EQ(own.messages[1].rating.value().better, "yes");
  ASSERT_EQ(own.messages[1].rating.value().marks.size(), 1u);
  EXPECT_EQ(own.messages[1].rating.value().marks[0].suffix, "x");
}

TEST(ImportFormats, SurviveNonsense) {
  for (const char* nonsense :
       {"{}", "5", "[1, 2]", R"([{"title": "x"}])", R"({"conversations": []})"}) {
    EXPECT_FALSE(read_import(parse_json(nonsense).value())) << nonsense;
  }
  // Parents in a circle, members of wrong types.
  EXPECT_TRUE(read(R"([{"mapping": {
      "a": {"parent": "b", "message": {"author": {"role": "user"}, "content": {"parts": ["x"]}}},
      "b": {"parent": "a", "message": {"author": {"role": "user"}, "content": {"parts": ["y"]}}},
      "c": {"parent": "c", "message": {"author": 5, "content": []}}}, "current_node": "c"},
      {"mapping": 5}, 7])")
                  .conversations.empty());
  EXPECT_TRUE(read(R"([{"chat": {"history": {"messages": {"a": 5, "": {"role": "user"}}}}}])")
                  .problems.empty());
  EXPECT_TRUE(read("[]").conversations.empty());
}

}  // namespace
}  // namespace falconet
