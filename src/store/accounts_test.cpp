#include "store/accounts.h"

#include <gmock/gmock.h>

#include "store/account_names.h"
#include "store/audit.h"
#include "store/folders.h"
#include "store/generations.h"
#include "store/invitations.h"
#include "store/prompts.h"
#include "store/ratings.h"
#include "store/sessions.h"
#include "store/shares.h"
#include "store/store_test.h"

namespace falconet {
namespace {

using testing::ElementsAre;

class AccountsOf : public StoreTest {
 protected:
  User new_account(const std::string& name, const std::string& role = kUserRole) {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) {
      return create_account(t, {.name = name, .password_hash = "hash of " + name, .role = role});
    });
  }
  ErrorCode change_failure(const User& user, const AccountChange& change) {
    return failure([&](Transaction& t) { return change_account(t, user.id, change); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, AccountsOf, tested_databases(), database_name);

TEST(AccountNames, AreLettersDigitsAndFewSigns) {
  for (const char* good : {"al", "Ada.Lovelace", "ada@example.org", "李小龙", "a_b-c", "नमस्ते"}) {
    EXPECT_EQ(account_name(good).value_or("refused"), good);
  }
  EXPECT_EQ(account_name("  ａｄａ ").value_or("refused"), "ada") << "full-width letters";
  const std::string long_name(65, 'a');
  for (const std::string& bad :
       {std::string("a"), std::string(""), std::string("a b"), std::string("a/b"),
        std::string("a\nb"), std::string("\xff\xfe"), std::string("<b>"), long_name}) {
    const auto name = account_name(bad);
    ASSERT_FALSE(name) << bad;
    EXPECT_EQ(name.error().message.rfind("name: ", 0), 0u);
  }
  EXPECT_TRUE(account_name(std::string(64, 'a')));
  EXPECT_EQ(account_name_key("Ada"), account_name_key("aDA"));
  EXPECT_EQ(account_name_key("ÄRGER"), account_name_key("ärger"));
  EXPECT_NE(account_name_key("ada"), account_name_key("adb"));
}

TEST_P(AccountsOf, AreFoundByTheirNameInAnyCase) {
  const User ada = new_account("Ada");
  const Credentials found = read([](Transaction& t) { return find_credentials(t, "aDA"); });
  EXPECT_EQ(found.user.id, ada.id);
  EXPECT_EQ(found.user.name, "Ada");
  EXPECT_EQ(found.password_hash, "hash of Ada");
  EXPECT_EQ(failure([](Transaction& t) {
              return create_account(t, {.name = "ADA", .password_hash = "x"});
            }),
            ErrorCode::AlreadyExists);
  EXPECT_EQ(failure([](Transaction& t) {
              return create_account(t, {.name = "eve", .password_hash = "x", .role = "king"});
            }),
            ErrorCode::InvalidArgument);
  // alice was made without a password: nobody can log in as her.
  EXPECT_EQ(failure([](Transaction& t) { return find_credentials(t, "alice"); }),
            ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) { return find_account(t, alice); }), ErrorCode::NotFound);
}

TEST_P(AccountsOf, AreListedWithTheirGroups) {
  EXPECT_FALSE(read([](Transaction& t) { return has_accounts(t); }));
  const User ada = new_account("ada");
  const User eve = new_account("eve");
  EXPECT_TRUE(read([](Transaction& t) { return has_accounts(t); }));
  write([&](Transaction& t) { return create_conversation(t, ada.id, {}); });
  write([&](Transaction& t) { return create_conversation(t, ada.id, {.is_temporary = true}); });
  const User changed = write([&](Transaction& t) {
    return change_account(t, ada.id,
                          {.role = "annotator",
                           .groups = std::vector<std::string>{"pilot", " lab ", "pilot"},
                           .display_name = "Ada L."});
  });
  EXPECT_EQ(changed.role, "annotator");
  EXPECT_EQ(changed.display_name, "Ada L.");
  const auto all = read([](Transaction& t) { return list_accounts(t); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0].user.groups, ElementsAre("lab", "pilot"));
  EXPECT_EQ(all[0].num_conversations, 1);
  EXPECT_TRUE(all[1].user.groups.empty());
  EXPECT_EQ(change_failure(eve, {.groups = std::vector<std::string>{" "}}),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(change_failure(eve, {.display_name = std::string(201, 'x')}),
            ErrorCode::InvalidArgument);
}

TEST_P(AccountsOf, OneAdministratorIsAlwaysLeft) {
  const User ada = new_account("ada", kAdministrator);
  EXPECT_EQ(change_failure(ada, {.role = "user"}), ErrorCode::PermissionDenied);
  EXPECT_EQ(change_failure(ada, {.is_disabled = true}), ErrorCode::PermissionDenied);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_account(t, ada.id); }),
            ErrorCode::PermissionDenied);
  const User eve = new_account("eve", kAdministrator);
  write([&](Transaction& t) { return change_account(t, eve.id, {.is_disabled = true}); });
  EXPECT_EQ(change_failure(ada, {.role = "user"}), ErrorCode::PermissionDenied)
      << "a disabled one does not count";
  write([&](Transaction& t) { return change_account(t, eve.id, {.is_disabled = false}); });
  write([&](Transaction& t) { return change_account(t, ada.id, {.role = "user"}); });
  EXPECT_EQ(change_failure(eve, {.role = "user"}), ErrorCode::PermissionDenied);
}

TEST_P(AccountsOf, APasswordThatAnotherChoseMustBeChanged) {
  const User ada = new_account("ada");
  const auto set = [&](const char* hash, PasswordOwner owner) {
    write([&](Transaction& t) { return set_password(t, ada.id, hash, owner); });
    return read([&](Transaction& t) { return find_credentials(t, ada.id); });
  };
  EXPECT_TRUE(set("a", PasswordOwner::Administrator).user.must_change_password);
  const Credentials own = set("b", PasswordOwner::Self);
  EXPECT_FALSE(own.user.must_change_password);
  EXPECT_EQ(own.password_hash, "b");
  EXPECT_EQ(
      failure([&](Transaction& t) { return set_password(t, {"none"}, "x", PasswordOwner::Self); }),
      ErrorCode::NotFound);
}

/// Every table's rows that hold one of the texts, as "table: row".
std::vector<std::string> rows_with(Transaction& t, const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  const SqlRows tables = tables_in(t).value();
  EXPECT_GT(tables.size(), 15u);
  for (const SqlRow& table : tables) {
    const SqlRows rows = t.execute(cat("SELECT * FROM ", table.text(0))).value();
    for (const SqlRow& row : rows) {
      std::string cells;
      for (std::size_t i = 0; i < row.size(); ++i) cells += row.text(i) + "|";
      for (const std::string& text : texts) {
        if (cells.find(text) != std::string::npos) found.push_back(table.text(0) + ": " + cells);
      }
    }
  }
  return found;
}

TEST_P(AccountsOf, DeletingOneDeletesEveryRowOfIt) {
  new_account("root", kAdministrator);
  const User ada = new_account("adalovelace", kAdministrator);
  const User eve = new_account("eve");
  write([&](Transaction& t) -> Status {
    TRY(change_account(t, ada.id, {.groups = std::vector<std::string>{"analysts"}}));
    TRY(open_session(t, ada.id, "digestofada", "agentofada"));
    TRY(create_invitation(t, ada.id, {.token_digest = "inviteofada", .role = kUserRole}));
    TRY(change_settings(t, ada.id, {{"theme", "adadark"}}));
    TRY_ASSIGN(const Folder work, create_folder(t, ada.id, {.name = "adafolder"}));
    TRY(create_prompt(t, ada.id, {.name = "adaprompt", .text = "x"}));
    TRY_ASSIGN(const Conversation conversation,
               create_conversation(t, ada.id,
                                   {.title = "adatitle",
                                    .folder_id = work.id,
                                    .tags = std::vector<std::string>{"adatag"}}));
    TRY_ASSIGN(const Message said, add_message(t, ada.id,
                                               {.conversation_id = conversation.id,
                                                .parent_id = {},
                                                .role = "user",
                                                .content = "adawords"}));
    TRY(share_conversation(t, ada.id, conversation.id, said.id, {}));
    TRY(rate_message(t, ada.id, said.id, Rating{.value = 1, .comment = "adarates"}));
    TRY_ASSIGN(
        const StartedGeneration started,
        start_generation(t, ada.id, {.conversation_id = conversation.id, .parent_id = said.id}));
    TRY(append_generation_text(t, {.id = started.record.id, .part = 1, .content = "adaanswer"}));
    TRY(add_audit_event(t, {.actor = ada.id, .action = "log-in", .address = "203.0.113.9"}));
    TRY(add_audit_event(t,
                        {.action = "log-in-failed", .subject = ada.id, .address = "203.0.113.9"}));
    return add_audit_event(t, {.actor = eve.id, .action = "log-in", .address = "198.51.100.1"});
  });
  const std::vector<std::string> traces = {ada.id.value, "adalovelace", "analysts",   "digestofada",
                                           "agentofada", "inviteofada", "adadark",    "adafolder",
                                           "adaprompt",  "adatitle",    "adatag",     "adawords",
                                           "adarates",   "adaanswer",   "203.0.113.9"};
  EXPECT_GE(read([&](Transaction& t) -> Result<std::vector<std::string>> {
              return rows_with(t, traces);
            }).size(),
            20u)
      << "the test must have something to find";
  write([&](Transaction& t) { return delete_account(t, ada.id); });
  EXPECT_THAT(read([&](Transaction& t) -> Result<std::vector<std::string>> {
                return rows_with(t, traces);
              }),
              ElementsAre());
  const AuditPage log = read([](Transaction& t) { return list_audit_events(t, "", 10); });
  ASSERT_EQ(log.events.size(), 3u) << "what happened stays, without who it was";
  EXPECT_EQ(log.events[0].actor, "eve");
  EXPECT_EQ(log.events[0].address, "198.51.100.1");
  EXPECT_EQ(log.events[1].subject, std::nullopt);
  EXPECT_EQ(log.events[2].actor, std::nullopt);
  EXPECT_EQ(failure([&](Transaction& t) { return delete_account(t, ada.id); }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace falconet
