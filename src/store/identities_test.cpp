#include "store/identities.h"

#include "store/accounts.h"
#include "store/store_test.h"

namespace falconet {
namespace {

const Identity kHers{.issuer = "https://id.example", .subject = "1234"};

class IdentitiesOf : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada = new_account("ada", kAdministrator);
    eve = new_account("eve", kUserRole);
  }
  UserId new_account(const std::string& name, const std::string& role) {
    return write([&](Transaction& t) {
             return create_account(t, {.name = name, .password_hash = "x", .role = role});
           })
        .id;
  }
  bool link(const UserId& user, const Identity& identity) {
    return store->write([&](Transaction& t) { return link_identity(t, user, identity); })
        .has_value();
  }
  std::string owner_of(const Identity& identity) {
    const auto user = read([&](Transaction& t) { return find_user_of(t, identity); });
    return user ? user->name : "nobody";
  }

  UserId ada;
  UserId eve;
};
INSTANTIATE_TEST_SUITE_P(Databases, IdentitiesOf, tested_databases(), database_name);

TEST_P(IdentitiesOf, BelongToOneAccountByIssuerAndSubjectTogether) {
  EXPECT_EQ(owner_of(kHers), "nobody");
  EXPECT_TRUE(link(ada, kHers));
  EXPECT_TRUE(link(ada, kHers)) << "again changes nothing";
  EXPECT_EQ(owner_of(kHers), "ada");
  EXPECT_EQ(owner_of({kHers.issuer, "12345"}), "nobody");
  EXPECT_EQ(owner_of({"https://other.example", kHers.subject}), "nobody");
  EXPECT_FALSE(link(eve, kHers)) << "it is another's";
  EXPECT_FALSE(link(ada, {kHers.issuer, "5678"})) << "one person, one identity of an issuer";
  EXPECT_TRUE(link(ada, {"https://other.example", "5678"}));
  EXPECT_TRUE(link(eve, {kHers.issuer, "5678"}));
}

TEST_P(IdentitiesOf, AreUnlinkedAndGoWithTheirAccount) {
  EXPECT_EQ(failure([&](Transaction& t) { return unlink_identity(t, eve, kHers.issuer); }),
            ErrorCode::NotFound);
  EXPECT_TRUE(link(eve, kHers));
  EXPECT_TRUE(read([&](Transaction& t) { return has_identity(t, eve, kHers.issuer); }));
  EXPECT_TRUE(store->write([&](Transaction& t) { return unlink_identity(t, eve, kHers.issuer); }));
  EXPECT_EQ(owner_of(kHers), "nobody");
  EXPECT_TRUE(link(eve, kHers));
  EXPECT_TRUE(store->write([&](Transaction& t) { return delete_account(t, eve); }));
  EXPECT_EQ(owner_of(kHers), "nobody");
  EXPECT_TRUE(link(ada, kHers));
}

}  // namespace
}  // namespace falconet
