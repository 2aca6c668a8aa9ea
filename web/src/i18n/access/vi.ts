import type { Role } from '../../../../server/contract/access.ts'
import type { DirectoryRefusal } from '../../../../server/contract/login.ts'

/** Vietnamese of logging in and of one's own account: the source. */
export const vi = {
  login: {
    title: 'Đăng nhập',
    what: 'Phòng điều hành điều chỉnh phụ tải',
    userName: 'Tên đăng nhập',
    password: 'Mật khẩu',
    showPassword: 'Hiện mật khẩu',
    logIn: 'Đăng nhập',
    passkey: 'Đăng nhập bằng khoá truy cập',
    directory: 'Đăng nhập bằng tài khoản của công ty',
    or: 'hoặc',
    wrong: 'Tên đăng nhập hoặc mật khẩu không đúng.',
    ended: 'Phiên làm việc đã kết thúc. Đăng nhập lại để tiếp tục ở trang đang xem.',
    passwordSet: 'Mật khẩu đã được đặt. Đăng nhập bằng mật khẩu mới.',
    needsSetup:
      'Chưa có người dùng nào. Mở liên kết mà máy chủ in ra khi khởi động để lập quản trị viên đầu tiên.',
    passkeyFailed:
      'Không dùng được khoá truy cập: đã huỷ, hết giờ, hoặc thiết bị không có khoá cho trang này.',
    noPasskeys: 'Trình duyệt này không hỗ trợ khoá truy cập.',
    refused: {
      unavailable: 'Không tới được máy chủ tài khoản của công ty. Thử lại sau.',
      'try-again': 'Lần đăng nhập này đã quá hạn. Thử lại.',
      'no-role': 'Tài khoản công ty của bạn chưa được cấp vai trò trong Gridload.',
      'unknown-role': 'Tài khoản công ty của bạn có vai trò mà Gridload không biết.',
      'unknown-company': 'Tài khoản công ty của bạn thuộc một công ty không có trong lưới.',
      disabled: 'Người dùng này đã bị khoá.',
      'other-person': 'Bạn đã xác nhận bằng tài khoản của người khác.'
    } satisfies Record<DirectoryRefusal, string>,
    refusedOther: 'Không đăng nhập được bằng tài khoản của công ty.'
  },
  demo: {
    title: 'Người dùng thử',
    note: 'Đây là bản trình diễn: số liệu mô phỏng, chọn một vai trò để vào. Không cần bước xác minh thứ hai.',
    password: 'Mật khẩu chung:',
    as: (name: string) => `Vào với vai ${name}`,
    enter: 'Vào',
    one: (company: string) => `chỉ ${company}`,
    roles: {
      dispatcher: 'Theo dõi phụ tải, ghi nhận cảnh báo, lập bản nháp sự kiện',
      supervisor: 'Như điều độ viên; thêm duyệt và gửi sự kiện',
      'programme-staff': 'Khách hàng, đăng ký tham gia, lời cảm ơn',
      engineer: 'Thiết bị, nguồn số liệu, chất lượng số liệu',
      auditor: 'Xem tất cả, kể cả nhật ký kiểm tra; không thay đổi gì',
      administrator: 'Người dùng, mã truy cập, thiết bị, cài đặt an ninh',
      customer: 'Hồ sơ của chính mình, trả lời đề nghị giảm tải'
    } satisfies Record<Role, string>
  },
  factor: {
    title: 'Bước xác minh thứ hai',
    code: 'Mã 6 số trong ứng dụng xác thực',
    recovery: 'Mã khôi phục',
    useRecovery: 'Dùng mã khôi phục',
    useCode: 'Dùng mã 6 số',
    passkey: 'Dùng khoá truy cập',
    confirm: 'Tiếp tục',
    wrong: 'Mã không đúng hoặc đã dùng. Chờ mã kế tiếp rồi thử lại.',
    back: 'Đăng nhập bằng tên khác'
  },
  enrol: {
    title: 'Thiết lập bước xác minh thứ hai',
    why: 'Vai trò của bạn bắt buộc có bước xác minh thứ hai. Chọn một cách để tiếp tục.',
    totp: 'Ứng dụng xác thực',
    totpWhat:
      'Ứng dụng trên điện thoại (FreeOTP, Google Authenticator, Microsoft Authenticator…) cho mã 6 số đổi mỗi 30 giây.',
    totpStart: 'Thiết lập ứng dụng',
    scan: 'Quét mã này bằng ứng dụng xác thực.',
    qr: 'Mã QR cho ứng dụng xác thực',
    orType: 'Không quét được? Nhập khoá này vào ứng dụng:',
    code: 'Mã 6 số ứng dụng đang hiện',
    totpConfirm: 'Xác nhận',
    wrongCode: 'Mã không đúng. Kiểm tra giờ của điện thoại, rồi nhập mã đang hiện.',
    passkey: 'Khoá truy cập',
    passkeyWhat:
      'Khoá bảo mật USB, hoặc vân tay, khuôn mặt, mã PIN của máy này. Không thể bị lừa lấy qua trang giả.',
    passkeyName: 'Tên của khoá, để nhận ra sau này',
    passkeyStart: 'Thêm khoá truy cập',
    codesTitle: 'Mã khôi phục',
    codesWhat:
      'Mỗi mã dùng được một lần khi không có điện thoại hay khoá. Chúng chỉ hiện lần này: in hoặc chép ra, giữ ở nơi an toàn.',
    codesKept: 'Đã cất giữ các mã',
    copy: 'Sao chép',
    copied: 'Đã sao chép',
    download: 'Tải về'
  },
  password: {
    new: 'Mật khẩu mới',
    rule: 'Ít nhất 12 ký tự; một câu dài dễ nhớ là tốt. Mật khẩu đã bị lộ hoặc chứa tên của bạn bị từ chối.',
    setTitle: 'Đặt mật khẩu',
    setWhat: 'Liên kết này dùng được một lần. Đặt mật khẩu của bạn, rồi đăng nhập.',
    set: 'Đặt mật khẩu',
    expired: 'Liên kết này không còn dùng được: đã dùng rồi hoặc quá hạn. Xin quản trị viên một liên kết mới.'
  },
  setup: {
    title: 'Lập quản trị viên đầu tiên',
    what: 'Quản trị viên mời những người khác và cấp vai trò. Liên kết này dùng được một lần.',
    name: 'Họ và tên',
    userName: 'Tên đăng nhập',
    userNameRule: 'Chữ thường không dấu, số, dấu . _ - @ +',
    create: 'Lập quản trị viên',
    expired:
      'Liên kết này không còn dùng được. Khởi động lại máy chủ để có liên kết mới, nếu chưa có quản trị viên nào.'
  },
  account: {
    title: 'Tài khoản của tôi',
    userName: 'Tên đăng nhập',
    roles: 'Vai trò',
    company: 'Công ty',
    customer: 'Khách hàng',
    allCompanies: 'tất cả',
    password: 'Mật khẩu',
    directory: 'Bạn đăng nhập bằng tài khoản của công ty; mật khẩu được đổi ở đó.',
    demo: 'Người dùng thử: mật khẩu và bước xác minh không đổi được.',
    current: 'Mật khẩu hiện tại',
    change: 'Đổi mật khẩu',
    changed: 'Đã đổi mật khẩu. Các phiên khác đã kết thúc.',
    wrongPassword: 'Mật khẩu hiện tại không đúng.',
    factors: 'Xác minh thứ hai',
    factorNeeded: 'Vai trò của bạn bắt buộc có bước xác minh thứ hai: cách cuối cùng không gỡ được.',
    totpOn: 'đang dùng',
    totpOff: 'chưa thiết lập',
    totpRemove: 'Gỡ ứng dụng xác thực',
    totpReplace: 'Đổi sang ứng dụng khác',
    passkeys: 'Khoá truy cập',
    noPasskeys: 'Chưa có khoá nào.',
    passkeyUsed: (time: string) => `dùng lần cuối ${time}`,
    passkeyUnused: 'chưa dùng',
    remove: 'Gỡ',
    removeWhat: (name: string) => `Gỡ “${name}”?`,
    removeNote: 'Sau khi gỡ, cách này không còn dùng để đăng nhập được.',
    codesLeft: (count: string) => `Còn ${count} mã khôi phục.`,
    newCodes: 'Tạo mã khôi phục mới',
    newCodesWhat: 'Các mã cũ hết hiệu lực.',
    sessions: 'Phiên đăng nhập',
    sessionsWhat:
      'Những nơi tài khoản này đang đăng nhập. Không nhận ra phiên nào thì kết thúc nó và đổi mật khẩu.',
    here: 'phiên này',
    from: 'Từ',
    browser: 'Trình duyệt',
    since: 'Đăng nhập lúc',
    lastSeen: 'Hoạt động',
    end: 'Kết thúc',
    endOthers: 'Kết thúc mọi phiên khác'
  },
  stepUp: {
    title: 'Xác nhận đây là bạn',
    what: 'Lệnh này cần xác minh thêm một lần. Xác minh có hiệu lực 5 phút.',
    passkeyWhat: 'Xác nhận bằng khoá truy cập của bạn.',
    confirm: 'Xác nhận',
    usePasskey: 'Dùng khoá truy cập',
    usePassword: 'Dùng mật khẩu',
    wrong: 'Mật khẩu hoặc mã không đúng.',
    wrongPassword: 'Mật khẩu không đúng.',
    directory: 'Tài khoản của bạn xác minh qua máy chủ của công ty. Đăng nhập lại ở đó, rồi ra lệnh lần nữa.',
    toDirectory: 'Tới máy chủ tài khoản',
    none: 'Tài khoản này chưa có cách nào để xác minh. Thiết lập ở trang Tài khoản.'
  }
}

/** What the pages of logging in say, in one language. */
export type AccessWords = typeof vi
