#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace dwell {
namespace {

constexpr int kLevel = 6;
constexpr int kGzipWindow = 15 + 16;  ///< zlib: 32 KiB window, and +16 for a gzip header
constexpr int kMemoryLevel = 8;       ///< zlib's default

Bytef* input(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

}  // namespace

std::string gzipPack(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_FILTERED) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed;
  std::array<char, 16'384> chunk;
  int result = Z_OK;
  while (result != Z_STREAM_END) {
    if (stream.avail_in == 0 && !bytes.empty()) {
      const auto take = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      stream.next_in = input(bytes);
      stream.avail_in = static_cast<uInt>(take);
      bytes.remove_prefix(take);
    }
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    result = deflate(&stream, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    packed.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return packed;
}

Expected<std::string> gzipUnpack(std::string_view packed, std::size_t cap) {
  z_stream stream{};
  if (packed.size() > std::numeric_limits<uInt>::max())
    return failure("packed data of 4 GiB or more", "gzip");
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw std::bad_alloc();
  stream.next_in = input(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string bytes;
  std::array<char, 65'536> chunk;
  int result = Z_OK;
  while (result == Z_OK && bytes.size() <= cap) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    result = inflate(&stream, Z_NO_FLUSH);
    bytes.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  const bool trailing = stream.avail_in > 0;
  inflateEnd(&stream);
  if (bytes.size() > cap) return failure("inflates to more than " + std::to_string(cap) + " bytes", "gzip");
  if (result == Z_BUF_ERROR) return failure("the data ends too early", "gzip", "a whole gzip member");
  if (result != Z_STREAM_END) return failure("the data is not gzip or is damaged", "gzip");
  if (trailing) return failure("bytes follow the end of the data", "gzip", "one gzip member");
  return bytes;
}

}  // namespace dwell
