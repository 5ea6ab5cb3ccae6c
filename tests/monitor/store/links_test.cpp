#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "base/database.h"
#include "base/gzip.h"
#include "base/statement.h"
#include "monitor/store/link_reading.h"
#include "monitor/store/link_text.h"
#include "monitor/store/link_writer.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/store/store_schema.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::LinkReading;
using monitor::Store;
using schemas::Features;
using schemas::LinkPress;
using schemas::LinkTable;

namespace {

struct Fixture {
  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  Store store = Store::open(file).value();
  SQLite::Database database = openDatabase(file, monitor::storeSchema()).value();
  LinkReading links{database};

  std::int64_t number(const std::string& sql) { return database.execAndGet(sql).getInt64(); }

  void write(std::vector<schemas::Visit> visits, std::vector<schemas::VisitLinks> offered) {
    monitor::Batch batch = batchAt(kMorning);
    for (schemas::Visit& visit : visits) {
      (visit.exit == schemas::Exit::kOpen ? batch.open : batch.ended).push_back(std::move(visit));
    }
    batch.links = std::move(offered);
    store.write(batch);
  }
};

std::shared_ptr<const LinkTable> share(LinkTable table) {
  return std::make_shared<const LinkTable>(std::move(table));
}

Features randomFeatures(std::mt19937& random, schemas::FeatureRules rules) {
  Features features;
  for (std::size_t place = 0; place < rules.size(); ++place) {
    const auto span = static_cast<std::uint32_t>(rules[place].max - rules[place].min) + 1;
    if (random() % 3 == 0) setFeature(features, rules, place, rules[place].min + random() % span);
  }
  return features;
}

LinkTable randomTable(std::mt19937& random) {
  static const std::vector<std::string> kUrls = {"", "https://a.test/", "https://a.test/ü?\"quoted\"\\&\n",
                                                 "https://b.test/" + std::string(2'000, 'x')};
  LinkTable table(random() % 2 == 0 ? random() % 4 : random() % 301);
  const bool plain = random() % 4 == 0;
  for (schemas::PageLink& link : table) {
    link.url = kUrls[random() % kUrls.size()];
    if (!plain) link.features = randomFeatures(random, schemas::linkFeatureRules());
  }
  return table;
}

Features featureOf(const char* name, std::int32_t value) {
  Features features;
  features.set(*schemas::linkFeature(name), value);
  return features;
}

}  // namespace

TEST_CASE("a table of links reads back as it was written, and the same one gives the same bytes") {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    const LinkTable table = randomTable(random);
    const std::string content = monitor::packedLinks(table);
    REQUIRE(monitor::unpackedLinks(content).value() == table);
    REQUIRE(monitor::packedLinks(LinkTable(table)) == content);
  }
}

TEST_CASE("what no store wrote is no table of links") {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"url":[1],"features":[]})"),
        std::string(R"({"url":["u"],"features":[[1,0]]})"), std::string(R"({"url":["u"],"features":[[7]]})"),
        std::string(R"({"url":["u"],"features":[["1"]]})"),
        std::string(R"({"url":["u"],"features":{}})"), R"({"url":[],"features":[)" + [] {
          std::string columns = "[]";
          for (int i = 0; i < 26; ++i) columns += ",[]";
          return columns;
        }() + "]}"}) {
    INFO(text);
    CHECK_FALSE(monitor::unpackedLinks(gzipPack(text)));
    CHECK_FALSE(monitor::unpackedLinks(text));
  }
  CHECK(monitor::unpackedLinks(gzipPack(R"({"url":["u"],"features":[[1]]})")).value()[0].features.get(0) ==
        1);
}

TEST_CASE("features as text are those of a JSON array, and read back the same") {
  std::mt19937 random(6);
  for (int i = 0; i < 200; ++i) {
    const auto rules = i % 2 == 0 ? schemas::linkFeatureRules() : schemas::resultFeatureRules();
    const Features features = randomFeatures(random, rules);
    const auto text = monitor::featureText(features, rules);
    REQUIRE(text.has_value() == !features.empty());
    if (!text) continue;
    const auto json = nlohmann::json::parse("[" + *text + "]");
    REQUIRE_FALSE(json.back().is_null());
    for (std::size_t place = 0; place < json.size(); ++place) {
      REQUIRE(json[place].is_null() == !features.has(place));
      if (features.has(place)) REQUIRE(json[place] == *features.get(place));
    }
    REQUIRE(monitor::featuresFromText(*text, rules) == features);
  }
}

TEST_CASE_METHOD(Fixture, "visits with the same links share one table, and it is read once") {
  const LinkTable table = {{"https://a.test/1", featureOf("words", 3)}, {"", featureOf("above_fold", 1)}};
  write({closedVisit(1), closedVisit(2), closedVisit(3)},
        {{1, share(table)}, {2, share(LinkTable(table))}, {3, share({})}});
  CHECK(number("SELECT count(*) FROM link_table") == 2);
  CHECK(*links.table(1) == table);
  CHECK(links.table(1) == links.table(2));
  CHECK(links.table(3)->empty());
  CHECK(links.size(1) == 2);
  CHECK(links.table(4) == nullptr);
  CHECK(links.size(4) == 0);
}

TEST_CASE_METHOD(Fixture, "the views tell the links of a visit with their features, and which were pressed") {
  LinkTable table = {{"https://a.test/1", featureOf("x", -4)}, {"", featureOf("region", 3)}};
  table[1].features.set(*schemas::linkFeature("image"), 1);
  schemas::Visit visit = closedVisit(1);
  visit.linksPressed = 2;
  visit.presses = {{1, "", 300}, {std::nullopt, "https://c.test/", 0}};
  write({visit}, {{1, share(table)}});
  SQLite::Statement row(
      database,
      "SELECT v.visit, l.link, l.url, l.x, l.region, l.image, l.words FROM link_table_v1 AS v "
      "JOIN link_v1 AS l USING (link_table) ORDER BY l.link");
  REQUIRE(row.executeStep());
  CHECK(row.getColumn(1).getInt() == 0);
  CHECK(row.getColumn(2).getString() == "https://a.test/1");
  CHECK(row.getColumn(3).getInt() == -4);
  CHECK(row.getColumn(4).isNull());
  CHECK(row.getColumn(5).getInt() == 0);
  CHECK(row.getColumn(6).isNull());
  REQUIRE(row.executeStep());
  CHECK(row.getColumn(2).isNull());
  CHECK(row.getColumn(4).getString() == "aside");
  CHECK(row.getColumn(5).getInt() == 1);
  CHECK_FALSE(row.executeStep());
  SQLite::Statement press(database, "SELECT press, link, url, hover_ms FROM link_press_v1 WHERE visit = 1");
  REQUIRE(press.executeStep());
  CHECK(press.getColumn(1).getInt() == 1);
  CHECK(press.getColumn(2).isNull());
  CHECK(press.getColumn(3).getInt() == 300);
  REQUIRE(press.executeStep());
  CHECK(press.getColumn(1).isNull());
  CHECK(press.getColumn(2).getString() == "https://c.test/");
  CHECK(links.presses(1) == visit.presses);
}

TEST_CASE_METHOD(Fixture, "every column of the view of links is the feature of its name") {
  std::mt19937 random(8);
  const LinkTable table = randomTable(random);
  write({closedVisit(1)}, {{1, share(table)}});
  SQLite::Statement row(database, "SELECT * FROM link_v1 ORDER BY link");
  for (const schemas::PageLink& link : table) {
    REQUIRE(row.executeStep());
    for (std::size_t place = 0; place < schemas::linkFeatureRules().size(); ++place) {
      const auto& rule = schemas::linkFeatureRules()[place];
      const SQLite::Column column = row.getColumn(std::string(rule.name).c_str());
      const auto value = link.features.get(place);
      INFO(rule.name);
      if (rule.type == schemas::FeatureRule::Type::kRegion) {
        REQUIRE(column.getString() ==
                (value ? schemas::regionNames()[static_cast<std::size_t>(*value)] : std::string_view()));
      } else if (rule.type == schemas::FeatureRule::Type::kFlag) {
        REQUIRE(column.getInt() == value.value_or(0));
      } else {
        REQUIRE(column.isNull() == !value.has_value());
        REQUIRE(column.getInt() == value.value_or(0));
      }
    }
  }
}

TEST_CASE_METHOD(Fixture, "the results of a search keep the features of their snippets") {
  std::mt19937 random(9);
  schemas::Search search;
  search.id = 1;
  search.engine = "e";
  search.serpVisits = {1};
  for (std::int64_t rank = 1; rank <= 6; ++rank) {
    search.results.push_back(
        {rank, "", "organic", false, std::nullopt,
         rank == 3 ? Features() : randomFeatures(random, schemas::resultFeatureRules())});
  }
  monitor::Batch batch = batchAt(kMorning);
  batch.searches = {search};
  store.write(batch);
  const auto read = monitor::Reader::open(file).value().searches().at(0).results;
  SQLite::Statement row(database, "SELECT * FROM search_result_v2 ORDER BY position");
  REQUIRE(read.size() == search.results.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    REQUIRE(read[i].features == search.results[i].features);
    REQUIRE(row.executeStep());
    for (std::size_t place = 0; place < schemas::resultFeatureRules().size(); ++place) {
      const auto& rule = schemas::resultFeatureRules()[place];
      const SQLite::Column column = row.getColumn(std::string(rule.name).c_str());
      const bool isFlag = rule.type == schemas::FeatureRule::Type::kFlag;
      REQUIRE(column.isNull() == (!isFlag && !read[i].features.has(place)));
      REQUIRE(column.getInt() == read[i].features.get(place).value_or(0));
    }
  }
}

TEST_CASE_METHOD(Fixture, "an open visit that goes on keeps its links, and gets the presses that come") {
  schemas::Visit visit = openVisit(1);
  const LinkTable table = {{"https://a.test/1", {}}};
  visit.linksPressed = 1;
  visit.presses = {{std::nullopt, "https://a.test/1", 5}};
  write({visit}, {{1, share(table)}});
  visit.linksPressed = 2;
  visit.presses = {{0, "", 5}, {0, "", 6}};
  write({visit}, {});
  visit.exit = schemas::Exit::kClosed;
  write({visit}, {});
  CHECK(*links.table(1) == table);
  CHECK(links.presses(1) == visit.presses);
  // What a kill left open is closed without being asked for its presses.
  visit.presses.clear();
  write({visit}, {});
  CHECK(links.presses(1).size() == 2);
}

TEST_CASE_METHOD(Fixture, "a visit that is a results page no more loses what it was in a search") {
  schemas::Visit visit = openVisit(1);
  visit.quickBack = true;
  write({visit}, {});
  CHECK(number("SELECT count(*) FROM visit_search") == 1);
  visit.quickBack = false;
  write({visit}, {});
  CHECK(number("SELECT count(*) FROM visit_search") == 0);
}

TEST_CASE_METHOD(Fixture, "links of a visit that the store has not are left out") {
  write({closedVisit(1)}, {{2, share({{"https://a.test/1", {}}})}});
  CHECK(number("SELECT count(*) FROM link_table") == 0);
}

TEST_CASE_METHOD(Fixture, "with its last visit a table can go, and with a visit its presses") {
  schemas::Visit first = closedVisit(1);
  first.linksPressed = 1;
  first.presses = {{0, "", 5}};
  write({first, closedVisit(2)},
        {{1, share({{"https://a.test/1", {}}})}, {2, share({{"https://a.test/1", {}}})}});
  database.exec("DELETE FROM visit WHERE id = 1");
  CHECK(number("SELECT count(*) FROM link_press") == 0);
  CHECK(monitor::removeUnusedLinkTables(database) == 0);
  CHECK(links.size(2) == 1);
  database.exec("DELETE FROM visit WHERE id = 2");
  CHECK(monitor::removeUnusedLinkTables(database) == 1);
  CHECK(number("SELECT count(*) FROM link_table") == 0);
}

TEST_CASE_METHOD(Fixture, "URLs of links can be erased, and the links stay") {
  schemas::Visit visit = closedVisit(1);
  visit.linksPressed = 2;
  visit.presses = {{std::nullopt, "https://gone.test/p", 5}, {std::nullopt, "https://a.test/p", 5}};
  write({visit, closedVisit(2)},
        {{1, share({{"https://gone.test/1", featureOf("words", 2)}, {"https://a.test/", {}}})},
         {2, share({{"https://a.test/", {}}})}});
  const auto gone = [](std::string_view url) { return url.find("gone") != std::string_view::npos; };
  CHECK(monitor::eraseLinkUrls(database, gone) == 2);
  CHECK(monitor::eraseLinkUrls(database, gone) == 0);
  CHECK(*links.table(1) == LinkTable{{"", featureOf("words", 2)}, {"https://a.test/", {}}});
  CHECK(links.presses(1) ==
        std::vector<LinkPress>{{std::nullopt, "", 5}, {std::nullopt, "https://a.test/p", 5}});
  // The next visit with the links as they stand finds them.
  write({closedVisit(3)}, {{3, share({{"", featureOf("words", 2)}, {"https://a.test/", {}}})}});
  CHECK(number("SELECT count(*) FROM link_table") == 2);
}

TEST_CASE_METHOD(Fixture, "a table that is damaged is one that was not told") {
  write({closedVisit(1)}, {{1, share({{"https://a.test/1", {}}})}});
  database.exec("UPDATE link_table SET content = x'00'");
  CHECK(links.table(1) == nullptr);
  CHECK(number("SELECT count(*) FROM link_v1") == 0);
  CHECK(number("SELECT count(*) FROM link_table_v1") == 1);
  CHECK(monitor::eraseLinkUrls(database, [](std::string_view) { return true; }) == 0);
}
