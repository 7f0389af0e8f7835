/** pdf.js's viewer takes the library from the global scope, so the library has to be there before it. */
import 'pdfjs-dist';

export { EventBus, PDFFindController, PDFLinkService, PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';
