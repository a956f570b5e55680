#include "store/conversations.h"

#include "store/folders.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class ConversationsOf : public StoreTest {
 protected:
  ConversationPage list(const ConversationFilter& filter) {
    return read([&](Transaction& t) { return list_conversations(t, alice, filter); });
  }
  std::string titles(const ConversationFilter& filter) {
    std::string all;
    for (const Conversation& conversation : list(filter).conversations) {
      all += (all.empty() ? "" : " ") + conversation.title;
    }
    return all;
  }
  Folder new_folder(const std::string& name, std::optional<FolderId> parent = {}) {
    return write([&](Transaction& t) {
      return create_folder(t, alice, {.name = name, .parent_id = parent});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, ConversationsOf, tested_databases(), database_name);

TEST_P(ConversationsOf, KeepWhatTheyWereMadeWith) {
  const Folder work = new_folder("Work");
  const Conversation made = new_conversation({.title = "Hello",
                                              .folder_id = work.id,
                                              .tags = {{"b", "a", "b"}},
                                              .model = "m",
                                              .parameters = Json{{"temperature", 0.5}},
                                              .is_pinned = true});
  reopen();
  const Conversation found =
      read([&](Transaction& t) { return find_conversation(t, alice, made.id); });
  EXPECT_EQ(found.title, "Hello");
  EXPECT_FALSE(found.is_title_auto);
  EXPECT_EQ(found.folder_id, work.id);
  EXPECT_EQ(found.tags, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(found.model, "m");
  EXPECT_EQ(found.parameters, (Json{{"temperature", 0.5}}));
  EXPECT_TRUE(found.is_pinned);
  EXPECT_FALSE(found.is_archived);
  EXPECT_EQ(found.created, clock.milliseconds);
}

TEST_P(ConversationsOf, ChangeOnlyInWhatIsSaid) {
  const Conversation made = new_conversation({.tags = {{"a"}}, .model = "m"});
  const Message leaf = say(made, "Hi");
  const Conversation changed = write([&](Transaction& t) {
    return update_conversation(
        t, alice, made.id,
        {.model = {std::optional<std::string>()}, .leaf_id = {leaf.id}, .is_archived = true});
  });
  EXPECT_EQ(changed.tags, std::vector<std::string>{"a"});
  EXPECT_FALSE(changed.model);
  EXPECT_EQ(changed.leaf_id, leaf.id);
  EXPECT_TRUE(changed.is_archived);
  EXPECT_TRUE(changed.is_title_auto);
}

TEST_P(ConversationsOf, AnAutomaticTitleNeverReplacesAGivenOne) {
  const Conversation untitled = new_conversation();
  const Conversation titled = new_conversation({.title = "Mine"});
  for (const Conversation& one : {untitled, titled}) {
    write([&](Transaction& t) { return set_automatic_title(t, alice, one.id, "Made up"); });
  }
  const auto title_of = [&](const Conversation& one) {
    return read([&](Transaction& t) { return find_conversation(t, alice, one.id); }).title;
  };
  EXPECT_EQ(title_of(untitled), "Made up");
  EXPECT_EQ(title_of(titled), "Mine");
}

TEST_P(ConversationsOf, AreListedByTheirLastChangeInPages) {
  std::vector<Conversation> made;
  for (const char* title : {"one", "two", "three", "four", "five"}) {
    made.push_back(new_conversation({.title = title}));
  }
  say(made[1], "something new");
  EXPECT_EQ(titles({}), "two five four three one");
  const ConversationPage first = list({.limit = 2});
  ASSERT_TRUE(first.next);
  EXPECT_EQ(titles({.limit = 2}), "two five");
  EXPECT_EQ(titles({.cursor = *first.next, .limit = 3}), "four three one");
  EXPECT_FALSE(list({.cursor = *first.next, .limit = 3}).next);
  EXPECT_EQ(failure([&](Transaction& t) { return list_conversations(t, alice, {.cursor = "x"}); }),
            ErrorCode::InvalidArgument);
}

TEST_P(ConversationsOf, AreFiltered) {
  const Folder work = new_folder("Work");
  new_conversation({.title = "plain"});
  new_conversation({.title = "filed", .folder_id = work.id});
  new_conversation({.title = "tagged", .tags = {{"red", "blue"}}});
  new_conversation({.title = "old", .is_archived = true});
  new_conversation({.title = "pinned", .is_pinned = true});
  new_conversation({.title = "secret", .is_temporary = true});
  EXPECT_EQ(titles({}), "pinned old tagged filed plain");
  EXPECT_EQ(titles({.folder_id = work.id}), "filed");
  EXPECT_EQ(titles({.tag = "blue"}), "tagged");
  EXPECT_EQ(titles({.is_archived = false}), "pinned tagged filed plain");
  EXPECT_EQ(titles({.is_pinned = true}), "pinned");
}

TEST_P(ConversationsOf, OfOthersAreNotThere) {
  const Conversation made = new_conversation();
  const Folder mine = new_folder("Mine");
  const auto bobs = write([&](Transaction& t) { return create_conversation(t, bob, {}); });
  EXPECT_EQ(failure([&](Transaction& t) { return find_conversation(t, bob, made.id); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) {
              return update_conversation(t, bob, made.id, {.title = "Stolen"});
            }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_conversation(t, bob, made.id); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) {
              return update_conversation(t, bob, bobs.id, {.folder_id = {mine.id}});
            }),
            ErrorCode::NotFound);
  EXPECT_EQ(list({}).conversations.size(), 1u);
}

TEST_P(ConversationsOf, LimitsAreKept) {
  const auto create = [&](const ConversationChange& fields) {
    return failure([&](Transaction& t) { return create_conversation(t, alice, fields); });
  };
  EXPECT_EQ(create({.title = std::string(kMaxTitleBytes + 1, 'x')}), ErrorCode::InvalidArgument);
  EXPECT_EQ(create({.tags = {{" "}}}), ErrorCode::InvalidArgument);
  EXPECT_EQ(create({.tags = std::vector<std::string>(kMaxTags + 1, "t")}),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(create({.parameters = Json("text")}), ErrorCode::InvalidArgument);
  EXPECT_EQ(create({.leaf_id = {MessageId{"none"}}}), ErrorCode::NotFound);
}

TEST_P(ConversationsOf, TemporaryOnesAreGoneAfterADay) {
  const Conversation temporary = new_conversation({.is_temporary = true});
  new_conversation({.title = "kept"});
  const auto expire = [&] {
    return write([](Transaction& t) { return delete_expired_conversations(t); });
  };
  EXPECT_EQ(expire(), 0);
  clock.milliseconds += kTemporaryMilliseconds + 2000;
  EXPECT_EQ(expire(), 1);
  EXPECT_EQ(titles({}), "kept");
}

TEST_P(ConversationsOf, OfADeletedFolderMoveOut) {
  const Folder outer = new_folder("Outer");
  const Folder middle = new_folder("Middle", outer.id);
  const Folder inner = new_folder("Inner", middle.id);
  const Conversation filed = new_conversation({.folder_id = middle.id});
  write([&](Transaction& t) { return delete_folder(t, alice, middle.id); });
  EXPECT_FALSE(
      read([&](Transaction& t) { return find_conversation(t, alice, filed.id); }).folder_id);
  const auto folders = read([&](Transaction& t) { return folders_of(t, alice); });
  ASSERT_EQ(folders.size(), 2u);
  EXPECT_EQ(folders[1].id, inner.id);
  EXPECT_EQ(folders[1].parent_id, outer.id);
}

TEST_P(ConversationsOf, FoldersAreATree) {
  const Folder outer = new_folder("Outer");
  const Folder inner = new_folder("Inner", outer.id);
  const auto move = [&](const UserId& user, const Folder& moved, const Folder& into) {
    return failure(
        [&](Transaction& t) { return update_folder(t, user, moved.id, {.parent_id = {into.id}}); });
  };
  EXPECT_EQ(move(alice, outer, inner), ErrorCode::InvalidArgument);
  EXPECT_EQ(move(alice, outer, outer), ErrorCode::InvalidArgument);
  EXPECT_EQ(move(bob, inner, inner), ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return create_folder(t, alice, {.name = " "}); }),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_folder(t, bob, inner.id); }),
            ErrorCode::NotFound);
}

TEST_P(ConversationsOf, SettingsAreMergedAndNullDeletes) {
  const auto change = [&](const Json& changes) {
    return write([&](Transaction& t) { return change_settings(t, alice, changes); });
  };
  change({{"theme", "dark"}, {"language", "zh"}});
  EXPECT_EQ(change({{"theme", nullptr}, {"sendWithEnter", true}}),
            (Json{{"language", "zh"}, {"sendWithEnter", true}}));
  EXPECT_EQ(read([&](Transaction& t) { return settings_of(t, bob); }), Json::object());
  EXPECT_EQ(failure([&](Transaction& t) {
              return change_settings(t, alice, {{"x", std::string(kMaxSettingsBytes, 'x')}});
            }),
            ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
