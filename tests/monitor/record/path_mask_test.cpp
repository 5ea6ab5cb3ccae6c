#include "monitor/record/path_mask.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

using dwell::monitor::kMasked;
using dwell::monitor::maskedPath;

namespace {

std::string randomText(std::mt19937& random, std::string_view letters, std::size_t length) {
  std::string text;
  while (text.size() < length) text += letters[random() % letters.size()];
  return text;
}

}  // namespace

TEST_CASE("what a path usually has stays") {
  for (const char* path : {"",
                           "/",
                           "/cart",
                           "/cart/",
                           "//a//b",
                           "/2026/11/22/the-10-best-restaurants-in-hamburg-2026.html",
                           "/2026-11-22T10:30:00",
                           "/20261122103000",
                           "/dp/B07FZ8S74R",
                           "/isbn/978-3-16-148410-0",
                           "/product/9783161484100",
                           "/gtin/00012345600012",
                           "/WH-1000XM5",
                           "/item/12345678901234",
                           "/wiki/Donaudampfschifffahrtsgesellschaft",
                           "/wiki/Windows_10_Professional_Edition",
                           "/Windows10ProfessionalEdition2026",
                           "/wiki/%C3%9Cberseestra%C3%9Fe_in_Bremen",
                           "/wiki/%E6%9D%B1%E4%BA%AC%E9%83%BD",
                           "/@handle",
                           "/@handle/videos",
                           "/questions/11227809/why-is-it",
                           "/v1.2.3-beta.4/index.html",
                           "/en_GB/sitemap.xml",
                           "/rgb/deadbeef",
                           "/commit/1a2b3c4",
                           "/+1",
                           "/c++20",
                           "/list;sort=price;page=2",
                           "/shop/blue-and-green-striped-cotton-shirt-with-long-sleeves",
                           "/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                           "/[masked]/orders"}) {
    CHECK(maskedPath(path) == path);
  }
}

TEST_CASE("addresses, long numbers and tokens are masked, and only their segment") {
  for (const char* secret : {"ann@shop.example",
                             "ann.b%40mail.shop.example",
                             "@ann@social.example",
                             "mailto:ann@shop.example",
                             "+49-30-1234567",
                             "%2B4930123456",
                             "123456789012345",
                             "order-1234567890123456",
                             "4111-1111-1111-1111",
                             "4111%201111%201111%201111",
                             "123e4567-e89b-12d3-a456-426614174000",
                             "123E4567-E89B-12D3-A456-426614174000",
                             "0123456789abcdef",
                             "session-5f4dcc3b5aa765d61d8327deb882cf99",
                             "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                             "list;jsessionid=1A530637289A03B07199A44E8D531427",
                             "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl",
                             "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                             "aGVsbG8gd29ybGQgMTIz",
                             "Zm9vYmFy-K9x_Q2w3ZT7uPq8",
                             "AKIAI44QH8DHBX3K7Q2M"}) {
    const std::string path = "/reset/" + std::string(secret) + "/done";
    CHECK(maskedPath(path) == "/reset/" + std::string(kMasked) + "/done");
  }
}

TEST_CASE("random tokens are found, and what is masked is masked for good") {
  std::mt19937 random(7);
  int missed = 0;
  for (int i = 0; i < 2'000; ++i) {
    const std::string hex = "/x/" + randomText(random, "0123456789abcdef", 32);
    CHECK(maskedPath(hex) == "/x/[masked]");
    const std::string base62 =
        "/" + randomText(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);
    const std::string masked = maskedPath(base62);
    if (masked == base62) ++missed;
    CHECK(maskedPath(masked) == masked);
  }
  CHECK(missed <= 4);  // a guess by form
}

TEST_CASE("every byte sequence has a masked form without more segments") {
  std::mt19937 random(11);
  for (int i = 0; i < 5'000; ++i) {
    const std::string path = "/" + randomText(random, "/%@+;=.-_aZ09f\xC3\x9F\x00\xFF", random() % 60);
    const std::string masked = maskedPath(path);
    CHECK(std::count(masked.begin(), masked.end(), '/') == std::count(path.begin(), path.end(), '/'));
    CHECK(maskedPath(masked) == masked);
  }
}
