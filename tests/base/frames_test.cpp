#include "base/frames.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace {

using dwell::FrameReader;

std::vector<std::string> readAll(FrameReader& reader) {
  std::vector<std::string> payloads;
  for (;;) {
    const auto frame = reader.next();
    REQUIRE(frame);
    if (!*frame) return payloads;
    payloads.emplace_back(**frame);
  }
}

std::string header(std::uint32_t length) {
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes;
}

TEST_CASE("a frame is its length in the machine's byte order and its payload") {
  std::string bytes;
  dwell::appendFrame(bytes, "{}");
  CHECK(bytes == header(2) + "{}");
}

TEST_CASE("frames come out whole in whatever pieces the stream comes") {
  const std::vector<std::string> payloads = {"{\"a\":1}", "", std::string(70'000, 'x'), "{}"};
  std::string stream;
  for (const auto& payload : payloads) dwell::appendFrame(stream, payload);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{4096}, stream.size()}) {
    FrameReader reader;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.add(std::string_view(stream).substr(at, piece));
      for (auto& payload : readAll(reader)) got.push_back(std::move(payload));
    }
    CHECK(got == payloads);
  }
}

TEST_CASE("a part of a frame is not handed out") {
  FrameReader reader;
  reader.add(header(5) + "{\"a");
  CHECK(readAll(reader).empty());
}

TEST_CASE("a frame of the greatest length passes, one byte more is refused and skipped whole") {
  FrameReader reader;
  std::string stream;
  dwell::appendFrame(stream, std::string(dwell::kMaxFrameBytes, ' '));
  stream += header(dwell::kMaxFrameBytes + 1) + std::string(dwell::kMaxFrameBytes + 1, '{');
  dwell::appendFrame(stream, "next");

  std::vector<std::string> got;
  std::vector<std::string> errors;
  for (std::size_t at = 0; at < stream.size(); at += 65'536) {
    reader.add(std::string_view(stream).substr(at, 65'536));
    for (;;) {
      const auto frame = reader.next();
      if (!frame) {
        errors.push_back(frame.error().message());
        continue;
      }
      if (!*frame) break;
      got.emplace_back(**frame);
    }
  }
  REQUIRE(errors.size() == 1);
  CHECK(errors[0] == "native messaging: a frame of 1048577 bytes (expected at most 1048576 bytes)");
  REQUIRE(got.size() == 2);
  CHECK(got[0].size() == dwell::kMaxFrameBytes);
  CHECK(got[1] == "next");
}

TEST_CASE("a length of four gigabytes reserves nothing") {
  FrameReader reader;
  reader.add(header(0xFFFFFFFFU) + "abc");
  CHECK_FALSE(reader.next());
  reader.add("more");
  const auto frame = reader.next();
  REQUIRE(frame);
  CHECK_FALSE(*frame);
}

}  // namespace
